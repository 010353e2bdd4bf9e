import { execFile } from "node:child_process";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const DAY_MS = 86_400_000;
/** What an example takes on a busy machine, milliseconds. */
const RUN_MS = 40_000;

/** How an example ended. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an example in a process of its own, as `npm run example -- NAME` does. @throws Error with what it said if it fails or takes longer than any machine needs */
export async function runExample(name: string): Promise<Ran> {
  // Examples spend the budget of a day, and at midnight (UTC) there is another one: what would run across it begins after it.
  const leftMs = DAY_MS - (Date.now() % DAY_MS);
  if (leftMs < RUN_MS) await pause(leftMs);
  return await promisify(execFile)(process.execPath, ["--import", "tsx", "--conditions", "@caio/source", "examples/run.ts", name], { cwd: root, timeout: 100_000 });
}
