import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { MutationGroup } from "./groups.ts";

const root = new URL("../../", import.meta.url);

/** Where a file of the tree is. */
export function pathOf(file: string): string {
  return fileURLToPath(new URL(file, root));
}

/** A short digest of a file of the tree: another text gives another one. */
export function digestOfFile(file: string): string {
  return createHash("sha256").update(readFileSync(pathOf(file))).digest("hex").slice(0, 16);
}

/** The same of all tests of a group. */
export function digestOfTests({ tests }: MutationGroup): string {
  return createHash("sha256").update(tests.map(digestOfFile).join("\n")).digest("hex").slice(0, 16);
}
