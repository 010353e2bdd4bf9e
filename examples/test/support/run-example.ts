import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** How an example ended. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an example in a process of its own, as `npm run example -- NAME` does. @throws Error with what it said if it fails or takes longer than any machine needs */
export async function runExample(name: string): Promise<Ran> {
  return await promisify(execFile)(process.execPath, ["--import", "tsx", "--conditions", "@caio/source", "examples/run.ts", name], { cwd: root, timeout: 100_000 });
}
