import { readFileSync } from "node:fs";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { standIns, type StandIns } from "../../docs/stand-ins.ts";
import { packagesIn, publishedPackages, ROOT, type PublishedPackage } from "../published.ts";
import { eachOf, runWell } from "../run.ts";
import { inScratchFolder } from "../scratch-folder.ts";
import { RESOLUTIONS, type TypeFinding, type TypeTask } from "./check-types.ts";
import { NODE_MAJORS, nodeBinary, nodeFindings, type NodeBinary } from "./node-binaries.ts";
import { packAll } from "./pack.ts";
import { DOORS_FILE, exampleFiles, leakAbove, openProject, type Project } from "./project.ts";
import { importEffects, runExamples } from "./run-examples.ts";
import { readReadme } from "./readme-examples.ts";
import { TarballRegistry } from "./tarball-registry.ts";

/** A package's row of the matrix: a cell per Node (examples run) and per resolution. */
export interface TrialRow {
  readonly name: string;
  /** Packages in its `node_modules`. */
  readonly packages: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** What a trial of all packages found. */
export interface Trial {
  readonly rows: readonly TrialRow[];
  readonly nodes: readonly NodeBinary[];
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  readonly stages: readonly { readonly name: string; readonly seconds: number }[];
}

/** Packages of which a part is for browsers. */
const BROWSER: ReadonlySet<string> = new Set(["@caio/dashboard"]);

/** As many projects at a time. */
const AT_ONCE = 2;

/** What to try: `only` are folders below `packages` (all are packed all the same); `keep` leaves the projects. */
export interface TrialOptions {
  readonly only?: readonly string[] | undefined;
  readonly keep?: boolean;
  /** A version of Node that cannot be had is a problem, and not only said. */
  readonly everyNode?: boolean;
}

/** Packs, installs, runs and checks (see `check-tarballs.ts`). @throws Stopped */
export async function tryTarballs({ only, keep = false, everyNode = false }: TrialOptions): Promise<Trial> {
  const all = publishedPackages();
  const chosen = packagesIn(only, all);
  const code = chosen.flatMap(({ path, folder: name }) => readReadme(name, readFileSync(join(path, "README.md"), "utf8")).examples.map((example) => example.code));
  return await inScratchFolder("tarballs", async (folder) => {
    const leak = leakAbove(join(folder, "projects"));
    if (leak !== undefined) throw new Error(`${leak} has a node_modules above ${folder}: packages would find there what they do not install. Set TMPDIR to a folder that has none above.`);
    const servers = await standIns(code.join("\n"));
    return await tryIn(folder, { all, chosen, servers, everyNode }).finally(() => servers.stop());
  }, keep);
}

interface TrialParts {
  readonly all: readonly PublishedPackage[];
  readonly chosen: readonly PublishedPackage[];
  readonly servers: StandIns;
  readonly everyNode: boolean;
}

async function tryIn(folder: string, { all, chosen, servers, everyNode }: TrialParts): Promise<Trial> {
  const stages: { name: string; seconds: number }[] = [];
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    const result = await work();
    stages.push({ name, seconds: (performance.now() - begun) / 1000 });
    return result;
  };
  const tarballs = await timed("pack", () => packAll(all, folder));
  const registry = await TarballRegistry.serve(all, tarballs);
  const install = (): Promise<Project[]> => eachOf(chosen, AT_ONCE, (source) => openProject(source, { folder, registry: registry.address, tarballs, servers }));
  const projects = await timed("install", install).finally(() => registry.close());
  const nodes = await timed("Node", () => eachOf(NODE_MAJORS, AT_ONCE, (major) => nodeBinary(major)));
  const checks = await timed("run and check types", () => Promise.all([runAll(all, projects, nodes, servers), checkTypes(projects, folder)]));
  const { rows, problems, notes } = summed(projects, checks[0], checks[1]);
  const missing = nodeFindings(nodes, everyNode);
  return { rows, nodes, problems: [...problems, ...missing.problems], notes: [...missing.notes, ...notes], stages };
}

interface NodeRun {
  readonly name: string;
  readonly major: number;
  readonly cell: string;
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

async function runAll(sources: readonly PublishedPackage[], projects: readonly Project[], nodes: readonly NodeBinary[], servers: StandIns): Promise<readonly NodeRun[]> {
  const runs: NodeRun[] = [];
  for (const project of projects) {
    const thirdParties = thirdPartiesOf(project.name, sources);
    for (const node of nodes) {
      if ("missing" in node) {
        runs.push({ name: project.name, major: node.major, cell: "not run", problems: [], notes: [] });
        continue;
      }
      const { ran, problems: failed, notes } = await runExamples(project, node.path, servers);
      const effects = await importEffects(project, node.path, thirdParties);
      const problems = [...failed, ...effects];
      runs.push({ name: project.name, major: node.major, cell: problems.length === 0 ? `${String(ran)} ok` : "FAILED", problems, notes });
    }
  }
  return runs;
}

/** Dependencies of others, of the package itself and of what it needs of ours. */
function thirdPartiesOf(name: string, sources: readonly PublishedPackage[]): readonly string[] {
  const seen = new Set<string>();
  const visit = (wanted: string): void => {
    if (seen.has(wanted)) return;
    seen.add(wanted);
    for (const needed of Object.keys(sources.find(({ manifest }) => manifest.name === wanted)?.manifest.dependencies ?? {})) visit(needed);
  };
  visit(name);
  return [...seen].filter((wanted) => !wanted.startsWith("@caio/") && wanted !== "caio");
}

async function checkTypes(projects: readonly Project[], folder: string): Promise<readonly TypeFinding[]> {
  const typeRoot = join(folder, "host/node_modules/@types");
  await cp(join(ROOT, "node_modules/@types/node"), join(typeRoot, "node"), { recursive: true });
  await cp(join(ROOT, "node_modules/undici-types"), join(folder, "host/node_modules/undici-types"), { recursive: true });
  const tasks: TypeTask[] = projects.map(({ name, folder: place, readme }) => ({ name, folder: place, files: [DOORS_FILE, ...readme.examples.map(({ number }) => exampleFiles(number).source)], browser: BROWSER.has(name) }));
  await writeFile(join(folder, "tasks.json"), JSON.stringify(tasks));
  const { stdout } = await runWell(process.execPath, ["--import", "tsx", join(import.meta.dirname, "../check-types-process.ts"), join(folder, "tasks.json"), typeRoot], { cwd: ROOT, timeoutMs: 3_600_000 });
  return JSON.parse(stdout) as readonly TypeFinding[];
}

function summed(projects: readonly Project[], runs: readonly NodeRun[], findings: readonly TypeFinding[]): Pick<Trial, "rows" | "problems" | "notes"> {
  const problems: string[] = [];
  const notes: string[] = [];
  const rows = projects.map((project) => {
    const cells: Record<string, string> = {};
    for (const run of runs.filter(({ name }) => name === project.name)) cells[`Node ${String(run.major)}`] = run.cell;
    for (const finding of findings.filter(({ name }) => name === project.name)) {
      const found = [...finding.problems, ...finding.undeclared];
      cells[finding.resolution] = found.length === 0 ? "ok" : "FAILED";
      problems.push(...found.map((problem) => `${project.name}, ${finding.resolution}: ${problem}`));
      if (finding.thirdParty.length > 0) notes.push(`${project.name}: under skipLibCheck: false the types of ${finding.thirdParty.join(", ")} have errors of their own`);
    }
    problems.push(...project.problems.map((problem) => `${project.name}: ${problem}`));
    notes.push(...project.warnings.map((warning) => `${project.name}: npm warns: ${warning}`));
    return { name: project.name, packages: project.packages, cells };
  });
  for (const run of runs) notes.push(...run.notes.map((note) => `${run.name}: ${note}`));
  for (const run of runs) problems.push(...run.problems.map((problem) => `${run.name}, Node ${String(run.major)}: ${problem}`));
  if (findings.length !== projects.length * RESOLUTIONS.length) problems.push("Not every package was type-checked.");
  return { rows, problems, notes: [...new Set(notes)] };
}
