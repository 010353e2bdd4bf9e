import { InMemoryTraceStore } from "@caio/traceability";

import { benchHistory, benchRegistry, worldOf, type BenchWorld } from "../bench-world.ts";
import { LoggedDecisions } from "../must-show/logged-decision.ts";
import { asker, checked, stepTimes } from "../must-show/decision-part.ts";
import type { Percentiles } from "../percentiles.ts";
import { interleaved, type RunsOf, type Subject } from "../run/interleaved.ts";
import { memoryInUse, perUnit, type MemoryUse } from "../run/memory.ts";
import type { GridPoint } from "./points.ts";

/** What a decision can come with. */
export const kinds = ["without certificate", "with certificate", "with certificate and log"] as const;
export type Kind = (typeof kinds)[number];

export interface TimesOfPoint {
  /** Milliseconds of each round. */
  readonly whole: RunsOf<Kind>;
  readonly steps: Readonly<Record<string, readonly Percentiles[]>>;
  readonly iterations: number;
  /** Bytes for each service, of R and of H; the rest of the process besides. */
  readonly registry: MemoryUse;
  readonly history: MemoryUse;
  /** The whole process with its world, after a collection. */
  readonly process: MemoryUse;
}

/** Bytes of JavaScript objects that one decision makes. */
export type AllocationOfPoint = Readonly<Record<Kind, number>>;

export interface MeasuredPoint extends GridPoint, TimesOfPoint {
  readonly allocation: AllocationOfPoint;
}

/** How long a round of one subject takes, about. */
const MAX_ITERATIONS = 1000;
/** A log in memory keeps all it was given: it begins anew, so that what is kept is not what is measured. */
const ENTRIES_OF_A_LOG = 400;

/** Times and memory of one point, in a process of its own. */
export async function timesOf({ size }: GridPoint, rounds: number, roundMs: number): Promise<TimesOfPoint> {
  const empty = await memoryInUse();
  const registry = benchRegistry(size);
  // Its root, and so the hash of every node, is made when it is first asked for.
  const root = registry.view("acme").root;
  const withRegistry = await memoryInUse();
  const history = benchHistory(size);
  const digest = history.root;
  const withHistory = await memoryInUse();
  if (root === digest) throw new Error("R and H have roots of their own.");
  const world = checked(worldOf(size, registry, history), size);
  const subjects = await subjectsOf(world);
  const iterations = await affordable(subjects["with certificate and log"], roundMs);
  const whole = await interleaved(subjects, { rounds, iterations, warmup: Math.min(300, iterations) });
  return {
    ...{ whole, iterations },
    steps: stepTimes(world, { rounds, iterations: Math.min(iterations, 300) }),
    registry: perUnit(empty, withRegistry, size.services),
    history: perUnit(withRegistry, withHistory, size.services),
    process: await memoryInUse(),
  };
}

/** Samples, of which a collection in the midst of one makes it too small, never too large: the upper quartile is taken. */
const ALLOCATIONS = 41;

/** What a decision of the point allocates. Needs a new space that holds one: `allocationFlags`. */
export async function allocationOf({ size }: GridPoint): Promise<AllocationOfPoint> {
  const subjects = await subjectsOf(checked(worldOf(size, benchRegistry(size), benchHistory(size)), size));
  const bytes: Partial<Record<Kind, number>> = {};
  for (const kind of kinds) {
    for (let warmup = 0; warmup < 200 && warmup * size.candidates < 20_000; warmup++) await subjects[kind]();
    const samples: number[] = [];
    for (let sample = 0; sample < ALLOCATIONS; sample++) {
      const before = process.memoryUsage().heapUsed;
      await subjects[kind]();
      samples.push(process.memoryUsage().heapUsed - before);
    }
    bytes[kind] = samples.sort((a, b) => a - b)[Math.floor(0.75 * ALLOCATIONS)] ?? 0;
  }
  return bytes as AllocationOfPoint;
}

/** So much room for new objects that hardly any sample has a collection in it. */
export const allocationFlags = ["--min-semi-space-size=128", "--max-semi-space-size=128", "--max-old-space-size=8192"];

async function subjectsOf(world: BenchWorld): Promise<Readonly<Record<Kind, Subject>>> {
  const ask = asker(world);
  const fresh = (): Promise<LoggedDecisions> => LoggedDecisions.open(world, new InMemoryTraceStore());
  let log = await fresh();
  return {
    "without certificate": () => ask(false),
    "with certificate": () => ask(true),
    "with certificate and log": async () => {
      await log.decide();
      if (log.size > ENTRIES_OF_A_LOG) log = await fresh();
    },
  };
}

/** As many as fit into a round. */
async function affordable(subject: Subject, roundMs: number): Promise<number> {
  for (let warmup = 0; warmup < 5; warmup++) await subject();
  const before = performance.now();
  for (let call = 0; call < 5; call++) await subject();
  return Math.max(20, Math.min(MAX_ITERATIONS, Math.floor((5 * roundMs) / (performance.now() - before))));
}
