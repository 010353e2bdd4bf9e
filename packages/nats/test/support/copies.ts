import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";

import { onTestFinished } from "vitest";

const FILE = new URL("service-process.ts", import.meta.url).pathname;

/** A copy of a service in a process of its own; it ends with the test. */
export async function startCopy(id: string, servers: readonly string[]): Promise<{ readonly pid: number; kill(): Promise<void> }> {
  const child = fork(FILE, [id, ...servers], { execArgv: ["--conditions=@caio/source", "--import", "tsx"] });
  onTestFinished(() => end(child));
  await once(child, "message");
  return { pid: child.pid ?? 0, kill: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
