import { readFileSync } from "node:fs";
import { join, relative } from "node:path";

import ts from "typescript";

import { importedPackages } from "./readme-examples.ts";

/** The ways of finding modules under which every package has to type-check. */
export const RESOLUTIONS = ["node16", "nodenext", "bundler"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** What to check: examples in a folder where a package is installed. */
export interface TypeTask {
  readonly name: string;
  readonly folder: string;
  readonly files: readonly string[];
  /** A package for browsers: its user has the types of the DOM. */
  readonly browser: boolean;
}

/** What was found in one package under one resolution. */
export interface TypeFinding {
  readonly name: string;
  readonly resolution: Resolution;
  /** In the examples and in the declarations of this repository's packages. */
  readonly problems: readonly string[];
  /** Packages of others whose own declarations have errors under `skipLibCheck: false`. */
  readonly thirdParty: readonly string[];
  /** Imports in the declarations of this repository's packages that their package.json does not declare. */
  readonly undeclared: readonly string[];
}

/** The folder of a package of ours. */
const OWN = /^.*\/node_modules\/(?:@caio\/[^/]+|caio)(?=\/)/;
const ANY = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/;

/** Checks projects one after another; declarations of TypeScript and of Node are parsed once per resolution. */
export class TypeChecker {
  /** A folder whose only types are those of Node, which a user has beside any package. */
  readonly #typeRoot: string;
  readonly #kept = new Map<string, ts.SourceFile>();

  constructor(typeRoot: string) {
    this.#typeRoot = typeRoot;
  }

  /** Every declaration of this repository's packages that the examples reach is checked, as with `skipLibCheck: false`. */
  check(task: TypeTask, resolution: Resolution, thirdPartyToo: boolean): TypeFinding {
    const options = this.#optionsFor(resolution, task.browser);
    const program = ts.createProgram({ rootNames: task.files.map((file) => join(task.folder, file)), options, host: this.#host(options, resolution) });
    const [problems, thirdParty, undeclared]: [string[], Set<string>, Set<string>] = [[...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()].map((found) => textOf(found, task.folder)), new Set(), new Set()];
    for (const file of program.getSourceFiles()) {
      const ours = !file.fileName.includes("/node_modules/") || OWN.test(file.fileName);
      const theirs = !ours && file.fileName.startsWith(task.folder);
      if (ours || (theirs && thirdPartyToo)) {
        const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
        if (ours) problems.push(...found.map((diagnostic) => textOf(diagnostic, task.folder)));
        else if (found.length > 0) thirdParty.add(ANY.exec(file.fileName)?.[1] ?? file.fileName);
      }
      if (OWN.test(file.fileName)) for (const name of undeclaredImports(file)) undeclared.add(name);
    }
    return { name: task.name, resolution, problems: problems.slice(0, 10), thirdParty: [...thirdParty], undeclared: [...undeclared] };
  }

  #optionsFor(resolution: Resolution, browser: boolean): ts.CompilerOptions {
    const kinds = {
      node16: { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
      nodenext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
      bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
    };
    const rest = { target: ts.ScriptTarget.ES2023, lib: ["lib.es2023.d.ts", ...(browser ? ["lib.dom.d.ts", "lib.dom.iterable.d.ts"] : [])], strict: true, noEmit: true, skipLibCheck: false, types: ["node"], typeRoots: [this.#typeRoot] };
    return { ...kinds[resolution], ...rest };
  }

  #host(options: ts.CompilerOptions, resolution: Resolution): ts.CompilerHost {
    const host = ts.createCompilerHost(options);
    const read = host.getSourceFile.bind(host);
    const typeRoot = this.#typeRoot;
    const kept = this.#kept;
    host.getSourceFile = (name, languageVersion, ...others): ts.SourceFile | undefined => {
      if (!name.includes("/typescript/lib/") && !name.startsWith(typeRoot)) return read(name, languageVersion, ...others);
      const key = `${resolution} ${name}`;
      const file = kept.get(key) ?? read(name, languageVersion, ...others);
      if (file !== undefined) kept.set(key, file);
      return file;
    };
    return host;
  }
}

function undeclaredImports(file: ts.SourceFile): readonly string[] {
  const folder = OWN.exec(file.fileName)?.[0] ?? "";
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name: string; dependencies?: object; peerDependencies?: object };
  const declared = new Set([manifest.name, ...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})]);
  return importedPackages(file.text)
    .filter((name) => !declared.has(name))
    .map((name) => `${manifest.name} imports the types of ${name} and does not depend on it`);
}

function textOf(diagnostic: ts.Diagnostic, folder: string): string {
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, " ");
  if (diagnostic.file === undefined || diagnostic.start === undefined) return `TS${String(diagnostic.code)} ${text}`;
  const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
  return `${relative(folder, diagnostic.file.fileName)}:${String(line + 1)} TS${String(diagnostic.code)} ${text}`;
}
