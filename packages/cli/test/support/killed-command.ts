import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";

/** How a command ended: by itself with a code, or killed. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly tookMs: number;
}

/** Runs the packed command, and kills it (SIGKILL) after so many milliseconds if it has not ended by then. */
export async function packed(run: string, argv: readonly string[], { killMs, environment = {}, maxBlocks }: { readonly killMs?: number; readonly environment?: Readonly<Record<string, string>>; readonly maxBlocks?: number } = {}): Promise<Ended> {
  const from = performance.now();
  const node = [process.execPath, run, ...argv];
  // No file may grow beyond so many blocks of 512 bytes: as a disk that is full.
  const [command = "", ...rest] = maxBlocks === undefined ? node : ["bash", "-c", `ulimit -f ${String(Math.ceil(maxBlocks / 2))}; exec "$@"`, "bash", ...node];
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const timer = killMs === undefined ? undefined : setTimeout(() => { child.kill("SIGKILL"); }, killMs);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(timer);
  return { code, out, err, tookMs: performance.now() - from };
}
