import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** How a process ended, and what it wrote. */
export interface ProcessRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const MAIN = fileURLToPath(new URL("run-main.ts", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the command from its sources in a process of its own. `closeOutput`: its reader goes away at once. */
export function caioProcess(argv: readonly string[], options: { readonly closeOutput?: boolean; readonly cwd?: string } = {}): Promise<ProcessRun> {
  return runNode(["--conditions=@caio/source", `--import=${import.meta.resolve("tsx")}`, MAIN, ...argv], { cwd: PACKAGE, ...options });
}

/** Runs Node with these arguments. */
export async function runNode(
  argv: readonly string[],
  { closeOutput = false, cwd }: { readonly closeOutput?: boolean; readonly cwd?: string } = {},
): Promise<ProcessRun> {
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"], ...(cwd === undefined ? {} : { cwd }) });
  let out = "";
  let err = "";
  if (closeOutput) child.stdout.destroy();
  else child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, out, err });
    });
  });
}
