import { spawn, type ChildProcess } from "node:child_process";
import { readFile, rm } from "node:fs/promises";

/** What a gateway took to start and to run. */
export interface Start {
  /** From the start of the process to the first answer of /health/ready, milliseconds. */
  readonly readyMs: number;
  /** Processor time of the process until then, milliseconds: it says more than the clock on a machine that others use. */
  readonly cpuMs: number;
  /** MiB, a second later. */
  readonly idleMib: number;
  /** MiB after the requests, if any were made. */
  readonly afterMib?: number;
  /** Processor time of the process for them, milliseconds. */
  readonly usedCpuMs?: number;
}

export interface StartOptions {
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly address: string;
  /** Made anew for every start; else the store of the start before is opened. */
  readonly data?: string;
  /** Uses the gateway that runs. */
  readonly use?: () => Promise<void>;
}

const TICKS_PER_S = 100;
const LIMIT_MS = 60_000;

/** Starts a gateway, waits until it is ready, uses it, stops it. @throws Error if it ends before, or takes longer than a minute */
export async function measureStart({ command: [program = "", ...args], environment = {}, address, data, use }: StartOptions): Promise<Start> {
  if (data !== undefined) await rm(data, { recursive: true, force: true });
  const begun = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, ...environment } });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  try {
    while (!(await isReady(address))) {
      if (child.exitCode !== null || performance.now() - begun > LIMIT_MS) throw new Error(`It was not ready after ${String(Math.round(performance.now() - begun))} ms (exit code ${String(child.exitCode)}).`);
      await pause(5);
    }
    const readyMs = performance.now() - begun;
    const cpuMs = await cpuOf(child);
    await pause(1000);
    const idleMib = await residentOf(child);
    if (use === undefined) return { readyMs, cpuMs, idleMib };
    const before = await cpuOf(child);
    await use();
    return { readyMs, cpuMs, idleMib, afterMib: await residentOf(child), usedCpuMs: (await cpuOf(child)) - before };
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

async function isReady(address: string): Promise<boolean> {
  return await fetch(`${address}/health/ready`).then(({ ok }) => ok, () => false);
}

async function residentOf({ pid = 0 }: ChildProcess): Promise<number> {
  const kib = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${String(pid)}/status`, "utf8"))?.[1];
  return Number(kib) / 1024;
}

async function cpuOf({ pid = 0 }: ChildProcess): Promise<number> {
  // Fields 14 and 15 after the name of the program, which may hold spaces (proc(5)).
  const fields = (await readFile(`/proc/${String(pid)}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_S) * 1000;
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
