import { GuaranteeMonitor, observePair, type MonitorTerms, type PairWatch } from "@caio/guarantees";

import { chanceOf } from "./chance.ts";
import { callThat, ratio, scored, serviceOf, watchOne } from "./one-promise.ts";

/** How often a promise that is kept, but only just, was found broken by whoever stops at the first alarm. */
export interface FalseAlarms {
  readonly name: string;
  readonly streams: number;
  readonly calls: number;
  /** Micros: what the stream may spend, a quarter of α for the first life of the first one; of families, α. */
  readonly level: number;
  readonly contradicted: number;
  /** Of the tests that are not sound: repeated after every call from the 30th, and made once, at the end. */
  readonly repeatedTest?: number;
  readonly oneTest?: number;
}

export interface Size {
  readonly streams: number;
  readonly calls: number;
  readonly seed: number;
}

/** Independent calls at the boundary. Beside them a one-sided normal test at the same level, with the true variance. */
export function atTheBoundary(allowedMicros: number, { streams, calls, seed }: Size, alphaMicros: number): FalseAlarms {
  const quantile = normalQuantile(alphaMicros / 4);
  let [contradicted, repeatedTest, oneTest] = [0, 0, 0];
  for (let stream = 0; stream < streams; stream++) {
    const chance = chanceOf(seed * 1_000_003 + stream);
    let state = watchOne(ratio("availability", allowedMicros), { alphaMicros, driftRunLength: 10_000 });
    let [broken, alarmed, last, found] = [0, false, false, false];
    for (let call = 1; call <= calls; call++) {
      const isBroken = chance(allowedMicros);
      if (!found) state = observePair(state, callThat(isBroken));
      found = isContradicted(state);
      broken += Number(isBroken);
      last = exceeds(broken, call, allowedMicros, quantile);
      if (call >= 30 && last) alarmed = true;
    }
    contradicted += Number(found);
    repeatedTest += Number(alarmed);
    oneTest += Number(last);
  }
  const name = `availability at ${String(1 - allowedMicros / 1e6)}`;
  return { name, streams, calls, level: alphaMicros / 4, contradicted, repeatedTest, oneTest };
}

/**
 * Calls chosen by an opponent who sees the capital: all-or-nothing answers while it is low, then only such that every one scores
 * exactly what is promised, so that nothing that was won is lost. The mean given the past is always the promised one.
 */
export function againstAnOpponent(allowedMicros: number, { streams, calls, seed }: Size, alphaMicros: number): FalseAlarms {
  let contradicted = 0;
  for (let stream = 0; stream < streams; stream++) {
    const chance = chanceOf(seed * 1_000_003 + stream);
    let state = watchOne(ratio("accuracy", allowedMicros), { alphaMicros, driftRunLength: 10_000 });
    for (let call = 1; call <= calls && !isContradicted(state); call++) {
      // Gambles with rare and total failures, and gambles harder the closer it is to ruin.
      const stakes = capital(state) > 1 ? 2 * allowedMicros : 1_000_000;
      state = observePair(state, scored(1_000_000 - (chance((allowedMicros * 1_000_000) / stakes) ? stakes : 0)));
    }
    contradicted += Number(isContradicted(state));
  }
  return { name: `accuracy at ${String(1 - allowedMicros / 1e6)}, opponent`, streams, calls, level: alphaMicros / 4, contradicted };
}

/** Whole families: pairs with five streams each, all at their boundary; counted is a family with any alarm at all. */
export function ofFamilies(pairs: number, { streams, calls, seed }: Size, terms: MonitorTerms): FalseAlarms {
  const guarantees = [
    { property: "latency", coveragePpm: 950_000, bound: { maxUs: 100 } },
    { property: "latency", coveragePpm: 990_000, bound: { maxUs: 200 } },
    ratio("availability", 20_000),
    ratio("accuracy", 100_000),
  ];
  let contradicted = 0;
  for (let family = 0; family < streams; family++) {
    const chance = chanceOf(seed * 1_000_003 + family);
    const monitor = new GuaranteeMonitor(terms);
    const names = Array.from({ length: pairs }, (_, index) => ({ service: `s${String(index)}`, model: null }));
    for (const { service } of names) monitor.watch(serviceOf(guarantees, service), null);
    const alarm = (): boolean => names.some((pair) => monitor.standings(pair).some(({ verdict }) => verdict === "contradicted"));
    for (let call = 0; call < calls; call++) {
      for (const pair of names) {
        const isDown = chance(20_000);
        // Late past 100 µs in 5 % of all calls, past 200 in 1 %, both counted over all calls.
        const slow = chance(51_020) ? (chance(200_000) ? 300 : 150) : 50;
        const accuracy = chance(100_000) ? 0 : 1_000_000;
        const call = { latencyUs: isDown ? 20 : slow, assumptionsMet: true };
        monitor.observe(pair, isDown ? { ...call, status: "error" } : { ...call, status: "success", values: { accuracy } });
      }
    }
    contradicted += Number(alarm());
  }
  return { name: `families of ${String(pairs)} pairs`, streams, calls, level: terms.alphaMicros, contradicted };
}

function isContradicted({ streams }: PairWatch): boolean {
  return streams.some(({ verdict }) => verdict === "contradicted");
}

function capital({ streams }: PairWatch): number {
  return streams[0]?.wager.stakes.reduce((total, stake) => total + stake / 9, 0) ?? 0;
}

function exceeds(broken: number, calls: number, allowedMicros: number, quantile: number): boolean {
  const p = allowedMicros / 1_000_000;
  return broken - calls * p > quantile * Math.sqrt(calls * p * (1 - p));
}

/** z with a tail of the micros given, by bisection of the tail's integral. */
function normalQuantile(tailMicros: number): number {
  let [low, high] = [0, 8];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalTail(middle) * 1_000_000 > tailMicros) low = middle;
    else high = middle;
  }
  return high;
}

function normalTail(z: number): number {
  let total = 0;
  const width = 0.001;
  for (let x = z + width / 2; x < 10; x += width) total += Math.exp((-x * x) / 2) * width;
  return total / Math.sqrt(2 * Math.PI);
}
