import { percentilesOf } from "../bench/percentiles.ts";
import type { Decide } from "./world/facts.ts";

/** What one decider took, milliseconds. */
export interface Measured {
  readonly name: string;
  /** Mean over requests of the median over rounds. */
  readonly each: number;
  /** The same of the least over rounds: what it takes if nothing else has the processor meanwhile. */
  readonly undisturbed: number;
  readonly p50: number;
  readonly p99: number;
  /** Mean of each round. */
  readonly rounds: readonly number[];
  /** Of each round: what the process had of the processor for one decision, collections included. A busy machine changes it least. */
  readonly processor: readonly number[];
}

/** All requests once. */
interface Pass {
  readonly times: readonly number[];
  readonly processor: number;
}

/** Requests of a shop and how they end. */
export interface Comparison {
  readonly requests: number;
  readonly chosen: number;
  readonly deciders: readonly Measured[];
}

/**
 * All deciders on all requests, round by round in turn. Every answer is held against that of the first one.
 *
 * @throws if two deciders disagree: what does not give the same answers is not compared
 */
export async function compareDeciders(deciders: ReadonlyMap<string, Decide>, requests: number, rounds: number): Promise<Comparison> {
  const [reference] = deciders.values();
  if (reference === undefined) throw new Error("There is nobody to compare.");
  const answers: (string | null)[] = [];
  for (let request = 0; request < requests; request++) answers.push(await reference(request));
  const times = new Map<string, Pass[]>([...deciders.keys()].map((name) => [name, []]));
  // One round more, which is not counted: it fills caches and compiles.
  for (let round = -1; round < rounds; round++) {
    for (const [name, decide] of deciders) {
      const taken = await timesOf(name, decide, answers);
      if (round >= 0) times.get(name)?.push(taken);
    }
  }
  return {
    requests,
    chosen: answers.filter((answer) => answer !== null).length,
    deciders: [...times].map(([name, taken]) => measuredOf(name, taken)),
  };
}

async function timesOf(name: string, decide: Decide, answers: readonly (string | null)[]): Promise<Pass> {
  const times: number[] = [];
  const busy = process.cpuUsage();
  for (const [request, expected] of answers.entries()) {
    const before = performance.now();
    const given = decide(request);
    const answer = given instanceof Promise ? await given : given;
    times.push(performance.now() - before);
    if (answer !== expected) throw new Error(`Request ${String(request)}: ${name} answers ${String(answer)}, the first one ${String(expected)}.`);
  }
  const { user, system } = process.cpuUsage(busy);
  return { times, processor: (user + system) / 1000 / answers.length };
}

function measuredOf(name: string, passes: readonly Pass[]): Measured {
  const rounds = passes.map(({ times }) => times);
  const perRequest = (rounds[0] ?? []).map((_time, request) => rounds.map((times) => times[request] ?? Number.NaN));
  return {
    name,
    each: meanOf(perRequest.map((times) => percentilesOf(times).p50)),
    undisturbed: meanOf(perRequest.map((times) => Math.min(...times))),
    ...percentilesOf(rounds.flat()),
    rounds: rounds.map(meanOf),
    processor: passes.map(({ processor }) => processor),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
