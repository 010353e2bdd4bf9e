import { fork, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Seeds `from` … `from + count − 1`, and what was found of them. */
export interface FinishedRange<R> {
  readonly from: number;
  readonly count: number;
  /** Which verifier was asked: the first 12 digits of the digest of its sources. */
  readonly verifier: string;
  readonly result: R;
}

export interface RangesOptions {
  /** A script that calls `serveRanges`; it gets `args`. */
  readonly script: URL;
  readonly args: readonly string[];
  readonly from: number;
  readonly count: number;
  /** Seeds a range. */
  readonly size: number;
  readonly workers: number;
  /** A file of finished ranges, one JSON a line: those of it are not run again, new ones are added. */
  readonly state: string | undefined;
  /** Run nothing: only what is in `state`. */
  readonly finishedOnly: boolean;
}

/** Room for young objects: a fifth of the time went into collecting them. */
const MEMORY = ["--max-semi-space-size=64"];

/**
 * Runs ranges of seeds in worker processes, each with the code it loaded at its start, and tells of every finished one on
 * standard error. A range whose worker dies fails the whole run; the ranges before it stay in `state`.
 */
export async function runRanges<R>({ script, args, from, count, size, workers, state, finishedOnly }: RangesOptions): Promise<FinishedRange<R>[]> {
  const done = state !== undefined && existsSync(state) ? readState<R>(state) : [];
  const known = new Set(done.map((range) => `${String(range.from)}+${String(range.count)}`));
  const all = Array.from({ length: Math.ceil(count / size) }, (_range, at) => ({ from: from + at * size, count: Math.min(size, count - at * size) }));
  const finished = done.filter((range) => range.from >= from && range.from + range.count <= from + count);
  const waiting = finishedOnly ? [] : all.filter((range) => !known.has(`${String(range.from)}+${String(range.count)}`));
  const start = Date.now();
  let seeds = 0;
  const finish = (range: FinishedRange<R>): void => {
    finished.push(range);
    seeds += range.count;
    if (state !== undefined) appendFileSync(state, `${JSON.stringify(range)}\n`);
    const rate = (1000 * seeds) / (Date.now() - start);
    console.error(`seeds ${String(range.from)} … ${String(range.from + range.count - 1)}: ${String(finished.length)}/${String(all.length)} ranges, ${rate.toFixed(1)} seeds a second`);
  };
  await Promise.all(Array.from({ length: Math.min(workers, waiting.length) }, () => runWorker(fork(fileURLToPath(script), args, { execArgv: [...process.execArgv, ...MEMORY] }), waiting, finish)));
  return finished.sort((a, b) => a.from - b.from);
}

/** What a worker does: takes ranges from the parent until it is let go. */
export function serveRanges<R>(run: (from: number, count: number) => Promise<R>): void {
  const verifier = verifierDigest();
  process.on("message", (range: { readonly from: number; readonly count: number }) => {
    void run(range.from, range.count).then((result) => process.send?.({ ...range, verifier, result }));
  });
}

/** The first 12 digits of a digest of the verifier's sources. */
export function verifierDigest(): string {
  const folder = new URL("../../packages/verifier/src/", import.meta.url);
  const hash = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts")).sort()) hash.update(name).update(readFileSync(new URL(name, folder)));
  return hash.digest("hex").slice(0, 12);
}

function runWorker<R>(worker: ChildProcess, waiting: { from: number; count: number }[], finish: (range: FinishedRange<R>) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let open: { from: number } | undefined;
    const next = (): void => {
      open = waiting.shift();
      if (open === undefined) worker.disconnect();
      else worker.send(open);
    };
    worker.on("message", (range) => {
      finish(range as FinishedRange<R>);
      next();
    });
    worker.on("exit", () => {
      if (open === undefined) resolve();
      else reject(new Error(`The worker of the seeds from ${String(open.from)} ended before it was done.`));
    });
    next();
  });
}

function readState<R>(state: string): FinishedRange<R>[] {
  return readFileSync(state, "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as FinishedRange<R>);
}
