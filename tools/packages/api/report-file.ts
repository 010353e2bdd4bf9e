import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { doorsOf, ROOT, type PublishedPackage } from "../published.ts";

/** Where the report of a door is committed: `packages/<folder>/api/index.api.md` for the main door, `<door>.api.md` for another. */
export function reportFile({ path }: PublishedPackage, door: string): string {
  return join(path, "api", `${door === "." ? "index" : door.slice(2).replaceAll("/", "-")}.api.md`);
}

/** Committed reports of doors that are there no more: a door that went breaks whoever came in by it, as a name that went does. */
export function reportsWithoutDoor(packages: readonly PublishedPackage[], root: string = ROOT): readonly string[] {
  const wanted = new Set(packages.flatMap((source) => doorsOf(source).map(({ door }) => reportFile(source, door))));
  const folders = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name, "api")).filter((folder) => existsSync(folder));
  const committed = folders.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith(".api.md")).map((name) => join(folder, name)));
  return committed.filter((file) => !wanted.has(file)).sort();
}
