import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process of a measurement. */
export interface Child {
  readonly process: ChildProcess;
  /** Milliseconds from its start until it answered. */
  readonly coldStartMs: number;
  /** Time on a processor so far, milliseconds; undefined where there is no /proc. */
  cpuMs(): number | undefined;
  /** Resident memory now, MiB; undefined where there is no /proc. */
  rssMiB(): number | undefined;
  stop(): Promise<void>;
}

/** What its first line was, or where it is expected. */
export interface Started extends Child {
  readonly firstLine: string;
}

export interface Command {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Address that answers once it is up; it may come from the first line. */
  readonly answers: (firstLine: string) => string;
  /** False: it says nothing, and is only asked. */
  readonly speaks: boolean;
}

/** Starts node with arguments, and waits until it answers. */
export async function startNode({ args, env = {}, answers, speaks }: Command): Promise<Started> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env, NODE_ENV: "production" }, stdio: ["ignore", speaks ? "pipe" : "ignore", "pipe"] });
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (piece: string) => { complaint = (complaint + piece).slice(-2000); });
  const firstLine = speaks ? await lineOf(child, () => complaint) : "";
  while (!(await isUp(answers(firstLine)))) {
    if (child.exitCode !== null || performance.now() - began > 30_000) throw new Error(`${args.join(" ")} did not start: ${complaint}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const coldStartMs = performance.now() - began;
  return { process: child, coldStartMs, firstLine, cpuMs: () => cpuOf(child.pid), rssMiB: () => rssOf(child.pid), stop: () => stopped(child) };
}

function lineOf(child: ChildProcess, complaint: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      const end = text.indexOf("\n");
      if (end >= 0) resolve(text.slice(0, end));
    });
    child.once("exit", () => { reject(new Error(`It ended before it said where it listens: ${complaint()}`)); });
  });
}

async function isUp(address: string): Promise<boolean> {
  return await fetch(address, { signal: AbortSignal.timeout(1000) }).then(async (answer) => { await answer.arrayBuffer(); return true; }, () => false);
}

/** Linux counts in hundredths of a second. */
function cpuOf(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${String(pid)}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

function rssOf(pid: number | undefined): number | undefined {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, "utf8"))?.[1];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch {
    return undefined;
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await gone;
  clearTimeout(timer);
}
