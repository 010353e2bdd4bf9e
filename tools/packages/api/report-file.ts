import { join } from "node:path";

import type { PublishedPackage } from "../published.ts";

/** Where the report of a door is committed: `packages/<folder>/api/index.api.md` for the main door, `<door>.api.md` for another. */
export function reportFile({ path }: PublishedPackage, door: string): string {
  return join(path, "api", `${door === "." ? "index" : door.slice(2).replaceAll("/", "-")}.api.md`);
}
