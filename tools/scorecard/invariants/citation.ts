import { existsSync, readFileSync } from "node:fs";

/** A place in the code that a proof leans on: `package/src/file.ts#name`. */
export interface Citation {
  /** Below `packages/`. */
  readonly file: string;
  readonly name: string;
}

const PACKAGES = new URL("../../../packages/", import.meta.url);
const PLACE = /`([a-z-]+\/src\/[\w./-]+\.ts)#(\w+)`/g;

/** The places that a text names. */
export function citationsOf(text: string): readonly Citation[] {
  return [...text.matchAll(PLACE)].map(([, file = "", name = ""]) => ({ file, name }));
}

/** The sections of the calculus that a text names. */
export function sectionsOf(text: string): readonly number[] {
  return [...text.matchAll(/calculus §(\d+)/g)].map(([, section]) => Number(section));
}

/** Whether the file is there and declares the name. */
export function isThere({ file, name }: Citation): boolean {
  const url = new URL(file, PACKAGES);
  if (!existsSync(url)) return false;
  const declared = new RegExp(String.raw`(?:function\*?|class|const|interface|get|async\*?)\s+#?${name}\b|^\s+(?:async )?\*?#?${name}\(`, "m");
  return declared.test(readFileSync(url, "utf8"));
}
