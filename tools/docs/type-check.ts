import { fileURLToPath } from "node:url";

import ts from "typescript";

import { ROOT } from "../architecture/projects.ts";
import type { DocBlock } from "./doc-block.ts";

/** What the compiler has against a block. */
export interface TypeProblem {
  readonly place: string;
  readonly message: string;
}

/**
 * Holds TypeScript of documents to the types of the packages, as strict as our own. Each block is a module of its own that stands in the
 * root of the repository, so that it finds what a reader's project finds.
 */
export function typeProblems(blocks: readonly DocBlock[], root: URL = ROOT): readonly TypeProblem[] {
  const folder = fileURLToPath(root);
  const texts = new Map(blocks.map((block) => [`${folder}${nameOf(block)}`, block]));
  const options = optionsOf(folder);
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => texts.has(name) || disk.fileExists(name),
    readFile: (name) => texts.get(name)?.code ?? disk.readFile(name),
    getSourceFile: (name, target, ...more) => {
      const block = texts.get(name);
      return block === undefined ? disk.getSourceFile(name, target, ...more) : ts.createSourceFile(name, block.code, target, true);
    },
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const problems: TypeProblem[] = [];
  for (const [name, block] of texts) {
    const file = program.getSourceFile(name);
    if (file === undefined) throw new Error(`${block.document}:${String(block.line)}: the compiler did not read this block.`);
    for (const { start = 0, messageText } of [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]) {
      const { line } = file.getLineAndCharacterOfPosition(start);
      problems.push({ place: `${block.document}:${String(block.line + line + 1)}`, message: ts.flattenDiagnosticMessageText(messageText, "\n") });
    }
  }
  return problems;
}

function nameOf({ document, line }: DocBlock): string {
  return `.block-${document.replaceAll(/[^a-z0-9]/gi, "-")}-${String(line)}.mts`;
}

function optionsOf(folder: string): ts.CompilerOptions {
  const base = `${folder}tsconfig.base.json`;
  const { config } = ts.readConfigFile(base, (name) => ts.sys.readFile(name)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder, { composite: false, noEmit: true, types: ["node"], allowImportingTsExtensions: true, rewriteRelativeImportExtensions: false, declarationMap: false, sourceMap: false });
  return { ...options, moduleDetection: ts.ModuleDetectionKind.Force };
}
