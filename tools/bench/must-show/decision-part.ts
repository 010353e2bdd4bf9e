import { caioRoute } from "@caio/orchestrator";

import { benchWorld, type BenchSize, type BenchWorld } from "../bench-world.ts";
import { stepNames, timedDecision, type StepName } from "../decision-steps.ts";
import { percentilesOf, type Percentiles } from "../percentiles.ts";
import { profiled } from "../run/cpu-profile.ts";
import { interleaved, type RunsOf } from "../run/interleaved.ts";
import { progress } from "../run/child.ts";
import { durable, inMemory, type LoggedRound } from "./logs.ts";

/** How thoroughly it is measured. */
export interface Effort {
  readonly rounds: number;
  readonly iterations: number;
}

export interface DecisionFigures {
  readonly size: BenchSize;
  readonly whole: RunsOf<"without certificate" | "with certificate">;
  readonly steps: Readonly<Record<string, readonly Percentiles[]>>;
  readonly logs: Readonly<Record<LogName, readonly LoggedRound[]>>;
}

export const logNames = ["memory, one caller", "memory, 64 callers", "durable, one caller", "durable, 64 callers"] as const;
export type LogName = (typeof logNames)[number];

/** Must-show 1: one decision in a world of that size, by itself and with its log. */
export async function decisionPart(size: BenchSize, { rounds, iterations }: Effort): Promise<DecisionFigures> {
  const world = checked(benchWorld(size), size);
  const ask = asker(world);
  progress(`decision: world of ${JSON.stringify(size)}`);
  const subjects = { "without certificate": () => ask(false), "with certificate": () => ask(true) };
  const whole = await interleaved(subjects, { rounds, iterations, warmup: 500 });
  progress("decision: steps");
  const steps = stepTimes(world, { rounds, iterations });
  const asking = (callers: number): { rounds: number; decisions: number; callers: number } => ({ rounds, decisions: iterations, callers });
  progress("decision: logs");
  const logs = {
    "memory, one caller": await inMemory(world, asking(1)),
    "memory, 64 callers": await inMemory(world, asking(64)),
    "durable, one caller": await durable(world, asking(1)),
    "durable, 64 callers": await durable(world, asking(64)),
  };
  return { size, whole, steps, logs };
}

/** Certified decisions under the profiler. @returns the table of functions by their own time */
export async function profileDecision(size: BenchSize, folder: string, name: string): Promise<string> {
  const ask = asker(checked(benchWorld(size), size));
  for (let warmup = 0; warmup < 2000; warmup++) ask(true);
  return await profiled(folder, name, () => {
    for (let decision = 0; decision < 4000; decision++) ask(true);
    return Promise.resolve();
  });
}

/** Decides with a key of its own each time, as at the door. */
export function asker({ request, inputs }: BenchWorld): (certified: boolean) => unknown {
  let turn = 0;
  return (certified) => {
    turn += 1;
    const decision = caioRoute({ ...request, decisionKey: turn.toString(16).padStart(64, "0") }, inputs);
    // Its certificate is made when it is asked for.
    return certified ? decision.certificateDigest : decision.kind;
  };
}

/** The world as it should be: every pair admitted, and the steps timed those of the router. */
export function checked(world: BenchWorld, { candidates }: BenchSize): BenchWorld {
  const routed = caioRoute(world.request, world.inputs);
  const timed = timedDecision(world, () => 0, () => undefined);
  if (routed.certificateDigest !== timed.certificateDigest) throw new Error("The steps timed are no longer those of the router.");
  if (timed.outcome.models.length !== candidates) throw new Error(`${String(timed.outcome.models.length)} pairs were admitted, ${String(candidates)} should.`);
  return world;
}

/** Percentiles of each step (`stepNames`) in each round, milliseconds. */
export function stepTimes(world: BenchWorld, { rounds, iterations }: Effort): Readonly<Record<string, readonly Percentiles[]>> {
  const runs = new Map<StepName, Percentiles[]>(stepNames.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const samples = new Map<StepName, number[]>(stepNames.map((name) => [name, []]));
    for (let turn = 0; turn < iterations; turn++) {
      const request = { ...world.request, decisionKey: (turn + 1).toString(16).padStart(64, "0") };
      timedDecision({ ...world, request }, () => performance.now(), (step, ms) => samples.get(step)?.push(ms));
    }
    for (const [name, list] of samples) runs.get(name)?.push(percentilesOf(list));
  }
  return Object.fromEntries(runs);
}
