import { readFileSync } from "node:fs";

import type { Fault } from "../fault.ts";

const PACKAGES = new URL("../../../packages/", import.meta.url);

/** The one edit as the loader of the broken process makes it. */
export interface SourceEdit {
  readonly url: string;
  readonly find: string;
  readonly replace: string;
}

export function sourceEdit({ file, find, replace }: Pick<Fault, "file" | "find" | "replace">): SourceEdit {
  return { url: new URL(file, PACKAGES).href, find, replace };
}

/** How often the text that a fault replaces stands in its file: once, unless the source moved. */
export function occurrences({ file, find }: Pick<Fault, "file" | "find">): number {
  return readFileSync(new URL(file, PACKAGES), "utf8").split(find).length - 1;
}
