import { fileURLToPath } from "node:url";

import { runCaio, systemDoor, type ExitCode } from "../../src/index.ts";

/** How a command ended, and what it wrote. */
export interface CommandRun {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** The time and the keys that these tests give: never the machine's. */
const fixedDoor = { now: () => 1_764_000_000_000, freshKey: () => "ab".repeat(32) };

/** Runs the command line in this process, with a terminal that keeps what is written. */
export async function caio(...argv: readonly string[]): Promise<CommandRun> {
  return await caioIn({}, ...argv);
}

/** The same with these variables of the process. */
export async function caioIn(environment: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<CommandRun> {
  return await run(argv, environment, fixedDoor);
}

/** The same by the clock of this machine. */
export async function caioNow(environment: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<CommandRun> {
  return await run(argv, environment, systemDoor);
}

async function run(argv: readonly string[], environment: Readonly<Record<string, string>>, door: typeof systemDoor): Promise<CommandRun> {
  let out = "";
  let err = "";
  const terminal = {
    write: (text: string) => void (out += text),
    writeError: (text: string) => void (err += text),
    colours: false,
    interactive: false,
    signal: new AbortController().signal,
  };
  const code = await runCaio(argv, { terminal, door, environment });
  return { code, out, err };
}

/** A path in the examples of the repository. */
export function example(path: string): string {
  return fileURLToPath(new URL(`../../../../examples/${path}`, import.meta.url));
}

/** The options with which the examples are decided. */
export const exampleOptions: readonly string[] = [
  "--contracts", example("contracts"), "--policy", example("policy.yaml"),
];

/** What a command wrote as JSON. */
export function json(text: string): unknown {
  return JSON.parse(text);
}
