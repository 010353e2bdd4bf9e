import { isBuiltin } from "node:module";

import ts from "typescript";

import { readBlocks } from "../../docs/doc-block.ts";

/** A block of TypeScript in a README. */
export interface ReadmeExample {
  /** 1, 2, … in the order of the file. */
  readonly number: number;
  readonly line: number;
  readonly code: string;
  /** False where a mark before the block says that only its types hold, or that it is not run. */
  readonly runs: boolean;
}

/** What a README tells its reader to type. */
export interface Readme {
  /** The packages after the first `npm i` or `npm install`. */
  readonly installs: readonly string[];
  readonly examples: readonly ReadmeExample[];
}

/** Reads the install line and all blocks of TypeScript. */
export function readReadme(document: string, text: string): Readme {
  const install = /^[ \t]*npm (?:i|install)((?: [@a-z][\w@/.-]*)+)[ \t]*$/m.exec(text);
  const blocks = readBlocks(document, text).filter(({ language, marks }) => language === "ts" && marks.notRun === undefined);
  const examples = blocks.map(({ line, code, marks }, at) => ({ number: at + 1, line, code, runs: marks.typesOnly === undefined }));
  return { installs: (install?.[1] ?? "").split(" ").filter((name) => name !== ""), examples };
}

/** Packages that code imports, without Node's own, each once. */
export function importedPackages(code: string): readonly string[] {
  const names = ts.preProcessFile(code).importedFiles.map(({ fileName }) => fileName);
  const packages = names.filter((name) => !name.startsWith(".") && !isBuiltin(name));
  return [...new Set(packages.map((name) => name.split("/").slice(0, name.startsWith("@") ? 2 : 1).join("/")))];
}

/** What a README lacks before its example can be tried; empty when nothing. */
export function readmeProblems(name: string, readme: Readme): readonly string[] {
  const problems: string[] = [];
  if (!readme.installs.includes(name)) problems.push(`README.md has no line \`npm i ${name}\`.`);
  if (!readme.examples.some(({ runs }) => runs)) problems.push("README.md has no block of ts that runs.");
  for (const { code, line } of readme.examples) {
    for (const wanted of importedPackages(code)) {
      if (!readme.installs.includes(wanted)) problems.push(`README.md:${String(line)}: the example imports ${wanted}, which its \`npm i\` line does not install.`);
    }
  }
  return problems;
}
