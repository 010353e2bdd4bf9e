import { existsSync, readdirSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import ts from "typescript";

import type { StandIns } from "../../docs/stand-ins.ts";
import { doorsOf, ROOT, type PublishedPackage } from "../published.ts";
import { run } from "../run.ts";
import type { Tarball } from "./pack.ts";
import { readmeProblems, readReadme, type Readme } from "./readme-examples.ts";

/** An empty project outside of the repository, in which one package is installed as its README says. */
export interface Project {
  readonly name: string;
  readonly folder: string;
  readonly readme: Readme;
  readonly problems: readonly string[];
  /** What npm warned of: packages that do not want this version of Node, and the like. */
  readonly warnings: readonly string[];
  readonly packages: number;
  readonly seconds: number;
}

/** What a project is made with. */
export interface Workshop {
  readonly folder: string;
  readonly registry: string;
  readonly tarballs: readonly Tarball[];
  /** What stands at the addresses that examples name. */
  readonly servers: StandIns;
}

/**
 * Makes the project and installs what the README's first `npm i` names: the package from its tarball, what it needs of this repository by
 * version range from the registry of tarballs, everything else from npm's registry or npm's cache. No install script runs.
 */
export async function openProject(source: PublishedPackage, workshop: Workshop): Promise<Project> {
  const { name } = source.manifest;
  const folder = join(workshop.folder, "projects", source.folder);
  const readme = readReadme(`packages/${source.folder}/README.md`, await readFile(join(source.path, "README.md"), "utf8").catch(() => ""));
  const problems = [...readmeProblems(name, readme)];
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "name": "tries-one-package", "private": true, "type": "module" }\n');
  await writeFile(join(folder, ".npmrc"), `@caio:registry=${workshop.registry}\n`);
  const own = workshop.tarballs.find((tarball) => tarball.name === name);
  const wanted = [own?.file ?? name, ...readme.installs.filter((other) => other !== name)];
  const ended = await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--json", ...wanted], { cwd: folder });
  if (ended.code !== 0) problems.push(`npm install ${wanted.join(" ")}: ${ended.stderr.trim().slice(-600)}`);
  await writeExamples(folder, readme, workshop.servers);
  // Every public door, so that all declarations that a user can reach are checked.
  const doors = doorsOf(source).map(({ door }, at) => `export * as door${String(at)} from "${name}${door.slice(1)}";\n`);
  await writeFile(join(folder, DOORS_FILE), doors.join(""));
  await copyFixtures(source.folder, folder);
  return { name, folder, readme, problems, warnings: warningsOf(ended.stderr), packages: installedPackages(folder), seconds: ended.seconds };
}

/** A file that imports every door of the package. */
export const DOORS_FILE = "doors.ts";

/** Where the code of an example stands in its project, as it was written and as it runs. */
export function exampleFiles(number: number): { readonly source: string; readonly script: string } {
  return { source: `example-${String(number)}.ts`, script: `example-${String(number)}.run.js` };
}

async function writeExamples(folder: string, readme: Readme, servers: StandIns): Promise<void> {
  for (const { number, code } of readme.examples) {
    const { source, script } = exampleFiles(number);
    await writeFile(join(folder, source), code);
    const { outputText } = ts.transpileModule(servers.translate(code), { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true } });
    await writeFile(join(folder, script), outputText);
  }
}

/** Files that a README's reader has before the example is run, such as a receipt: `tools/packages/tarballs/fixtures.json` says which. */
async function copyFixtures(name: string, folder: string): Promise<void> {
  const fixtures = JSON.parse(await readFile(join(import.meta.dirname, "fixtures.json"), "utf8")) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  for (const [target, source] of Object.entries(fixtures[name] ?? {})) await cp(join(ROOT, source), join(folder, target));
}

/** The first folder above that has a `node_modules`, from which a project would see what it did not install; undefined when there is none. */
export function leakAbove(folder: string): string | undefined {
  for (let above = dirname(folder); ; above = dirname(above)) {
    if (existsSync(join(above, "node_modules"))) return above;
    if (above === dirname(above)) return undefined;
  }
}

function installedPackages(folder: string): number {
  const modules = join(folder, "node_modules");
  if (!existsSync(modules)) return 0;
  const names = readdirSync(modules).filter((name) => !name.startsWith("."));
  return names.reduce((sum, name) => sum + (name.startsWith("@") ? readdirSync(join(modules, name)).length : 1), 0);
}

function warningsOf(stderr: string): readonly string[] {
  const engines = [...stderr.matchAll(/package: '([^']+)',[^}]*?required: \{ node: '([^']+)' \}/g)].map(([, name = "", range = ""]) => `${name} wants Node ${range}`);
  const others = [...stderr.matchAll(/npm warn (?!EBADENGINE)(.+)/g)].map(([, text = ""]) => text);
  return [...new Set([...engines, ...others])];
}
