import type { StandIns } from "../../docs/stand-ins.ts";
import { run } from "../run.ts";
import { exampleFiles, type Project } from "./project.ts";

/** How the examples of a README ran on one Node. */
export interface ExampleRun {
  readonly ran: number;
  readonly problems: readonly string[];
  /** Why examples did not run that would have. */
  readonly notes: readonly string[];
}


/**
 * Imports the package in a fresh process and looks at what that changed: `sideEffects: false` promises nothing is. Third parties are loaded
 * first, so that what they do is not counted as ours.
 */
const QUIET = `
// What loading files leaves for a moment, and where this prints.
const passing = /^(CloseReq|FSReq|FileHandle|Pipe|TTY|Immediate)/;
const look = () => ({
  globals: Reflect.ownKeys(globalThis).map(String),
  prototypes: [Object, Array, Map, Set, Promise, String, Number, Uint8Array].flatMap((type) => [...Reflect.ownKeys(type), ...Reflect.ownKeys(type.prototype)].map((key) => type.name + "." + String(key))),
  listeners: process.eventNames().map(String),
  resources: process.getActiveResourcesInfo().filter((kind) => !passing.test(kind)),
});
const [name, ...others] = process.argv.slice(1);
// Globals of Node that come into being when they are first looked at.
for (const key of Reflect.ownKeys(globalThis)) void globalThis[key];
for (const other of others) await import(other).catch(() => undefined);
const before = look();
const module = await import(name);
const after = look();
if (Object.keys(module).length === 0) throw new Error("exports nothing");
const changes = Object.keys(before).flatMap((key) => {
  const [left, right] = [before[key].join(), after[key].join()];
  return left === right ? [] : [key + " " + [...after[key].filter((one) => !before[key].includes(one)).map((one) => "+" + one), ...before[key].filter((one) => !after[key].includes(one)).map((one) => "-" + one)].join(" ")];
});
for (const change of changes) console.log(change);
process.exit(changes.length === 0 ? 0 : 1);
`;

/** Runs every example that runs, each in a process of its own; an example has to end by itself with code 0. */
export async function runExamples(project: Project, node: string, servers: StandIns): Promise<ExampleRun> {
  const [problems, notes]: [string[], string[]] = [[], []];
  let ran = 0;
  for (const { number, line, runs, code } of project.readme.examples) {
    const missing = servers.missingFor(code);
    if (missing !== undefined) notes.push(`README.md:${String(line)} was not run: ${missing}`);
    if (!runs || missing !== undefined) continue;
    const env = { PATH: process.env["PATH"], ...servers.environment };
    const ended = await run(node, [exampleFiles(number).script], { cwd: project.folder, env, timeoutMs: 60_000 });
    if (ended.code === 0) ran += 1;
    else problems.push(`README.md:${String(line)} ended with ${String(ended.code)}: ${ended.stderr.trim().slice(0, 600)}`);
  }
  return { ran, problems, notes };
}

/** What importing the package changes in its process, one line each; empty when nothing. `thirdParties` are loaded before. */
export async function importEffects(project: Project, node: string, thirdParties: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await run(node, ["--input-type=module", "-e", QUIET, project.name, ...thirdParties], { cwd: project.folder, env: { PATH: process.env["PATH"] } });
  if (code === 0) return stdout.trim() === "" ? [] : [`importing it prints ${stdout.trim().slice(0, 200)}`];
  return [`importing it changes the process: ${(stdout.trim() === "" ? stderr : stdout).trim().slice(0, 600)}`];
}

