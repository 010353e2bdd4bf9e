import { spawn, type ChildProcess } from "node:child_process";

/** How a program ended. `code` is null after a signal. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** What a program is run with. */
export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ten minutes unless said. */
  readonly timeoutMs?: number;
}

/** The command was told to stop: nothing that it started goes on, and it starts nothing more. */
export class Stopped extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`Stopped by ${signal}.`);
    this.signal = signal;
  }
}

const STOPPING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const running = new Set<ChildProcess>();
let allEnded: (() => void) | undefined;
let stopped: Promise<Stopped> | undefined;
/** @throws Stopped once the command was told to stop, when nothing of it runs any more */
async function unlessStopped(): Promise<void> {
  if (stopped !== undefined) throw await stopped;
}

/**
 * Does a command's work so that it can be told to stop: SIGINT, SIGTERM and SIGHUP end all that `run` started, with all that this started. What waits
 * for it is then told so by `Stopped`, once nothing of it runs any more, clears away in its own `finally`, and the process ends by the signal.
 */
export async function stoppable<Result>(work: () => Promise<Result>): Promise<Result> {
  const onSignal = (signal: NodeJS.Signals): void => { stopped ??= endAll(signal); };
  for (const signal of STOPPING) process.on(signal, onSignal);
  try {
    return await work();
  } catch (error) {
    if (stopped === undefined) throw error;
    return endBy((await stopped).signal);
  } finally {
    for (const signal of STOPPING) process.off(signal, onSignal);
  }
}

/** @throws Stopped once the command was told to stop: for work that `run` has no part in */
export async function goOn(): Promise<void> {
  // Signals are delivered between two turns.
  await new Promise((resolve) => setImmediate(resolve));
  await unlessStopped();
}

/** Runs a program to its end, without a shell; it is killed when its time is over. @throws Stopped */
export async function run(command: string, args: readonly string[], { cwd, env = process.env, timeoutMs = 600_000 }: RunOptions): Promise<Ended> {
  await unlessStopped();
  const begun = performance.now();
  // In a group of its own, so that it can be ended with all that it started.
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs, killSignal: "SIGKILL", detached: true });
  running.add(child);
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (part: Buffer) => stdout.push(part));
  child.stderr.on("data", (part: Buffer) => stderr.push(part));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve)).finally(() => {
    running.delete(child);
    if (running.size === 0) allEnded?.();
  });
  await unlessStopped();
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), seconds: (performance.now() - begun) / 1000 };
}

/** `run` that throws when the program fails: what it wrote last is in the message. */
export async function runWell(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const ended = await run(command, args, options);
  if (ended.code === 0) return ended;
  throw new Error(`${command} ${args.join(" ")} in ${options.cwd} ended with ${String(ended.code)}:\n${`${ended.stdout}\n${ended.stderr}`.trim().slice(-2000)}`);
}

/** Does work on all items, so many at a time; the results in the order of the items. */
export async function eachOf<Item, Result>(items: readonly Item[], atOnce: number, work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const queue = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

async function endAll(signal: NodeJS.Signals): Promise<Stopped> {
  const ended = new Promise<void>((resolve) => { allEnded = resolve; });
  if (running.size === 0) allEnded?.();
  for (const { pid } of running) if (pid !== undefined) endGroup(pid);
  await ended;
  return new Stopped(signal);
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // It has ended in the meantime.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Ends this process as the signal would have, to which nobody listens any more: who started it sees why it ended. */
function endBy(signal: NodeJS.Signals): never {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  process.exit(1);
}
