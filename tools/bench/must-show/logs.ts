import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { InMemoryTraceStore } from "@caio/traceability";

import type { BenchWorld } from "../bench-world.ts";
import { percentilesOf, type Percentiles } from "../percentiles.ts";
import { startStoreThread } from "../threads/start-thread.ts";
import { LoggedDecisions } from "./logged-decision.ts";

/** How logged decisions are asked for: one after another, or by so many callers at once. */
export interface Asking {
  readonly rounds: number;
  /** Decisions of a round. */
  readonly decisions: number;
  readonly callers: number;
}

/** One round. */
export interface LoggedRound {
  /** From the call to the durable entry, milliseconds. */
  readonly latency: Percentiles;
  readonly perSecond: number;
}

/** Rounds with a log in memory, each in a new one: what is kept is not what is measured. */
export async function inMemory(world: BenchWorld, asking: Asking): Promise<readonly LoggedRound[]> {
  const rounds: LoggedRound[] = [];
  for (let round = 0; round < asking.rounds; round++) rounds.push(await oneRound(await LoggedDecisions.open(world, new InMemoryTraceStore()), asking));
  return rounds;
}

/** Rounds with the log in a file, each commit on the disk before it counts, written by a thread of its own as `caio serve` does. */
export async function durable(world: BenchWorld, asking: Asking): Promise<readonly LoggedRound[]> {
  const folder = mkdtempSync(join(tmpdir(), "caio-bench-"));
  try {
    const rounds: LoggedRound[] = [];
    for (let round = 0; round < asking.rounds; round++) rounds.push(await durableRound(world, asking, join(folder, `${String(round)}.db`)));
    return rounds;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function durableRound(world: BenchWorld, asking: Asking, file: string): Promise<LoggedRound> {
  // Asked for here: who measures a log in memory needs no database.
  const { storesOfThread } = await import("@caio/store-sql/thread");
  const stores = await storesOfThread(startStoreThread(file), file);
  try {
    return await oneRound(await LoggedDecisions.open(world, stores.traces), asking);
  } finally {
    await stores.close();
  }
}

async function oneRound(log: LoggedDecisions, { decisions, callers }: Asking): Promise<LoggedRound> {
  for (let warmup = 0; warmup < 20; warmup++) await log.decide();
  const samples: number[] = [];
  let left = decisions;
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const before = performance.now();
      await log.decide();
      samples.push(performance.now() - before);
    }
  };
  const before = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - before) / 1000;
  if (log.size < decisions) throw new Error(`The log has ${String(log.size)} entries after ${String(decisions)} decisions.`);
  return { latency: percentilesOf(samples), perSecond: decisions / seconds };
}
