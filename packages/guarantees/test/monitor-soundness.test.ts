import type { ServiceContract } from "@caio/contracts";
import { describe, expect, it } from "vitest";

import { greatestBrokenShare, observePair, watchPair, type PairWatch } from "../src/index.ts";

const SEED = 20_261_124;
const STREAMS = 300;
const CALLS = 500;
/** The first life of the first stream may spend a quarter of α. */
const ALPHA_MICROS = 400_000;
const LEVEL = 0.1;
const ALLOWED = 50_000;

const contract: ServiceContract = {
  serviceId: "chat",
  version: "1.0.0",
  capabilities: [],
  guarantees: [{ property: "availability", coveragePpm: 1_000_000, bound: { minMicros: 1_000_000 - ALLOWED } }],
  models: [],
  privacy: { compliance: [] },
  alignment: {},
  access: { requiredPermissions: [], match: "any", requiredTrustLevel: 3, tenants: [], public: true },
  constraints: {},
  api: { protocol: "inprocess", endpoints: [] },
  metadata: { tags: [] },
};

/** Uniform integers below a million: a 32-bit mix of a counter, the same on every machine. */
function uniform(seed: number): () => number {
  let counter = seed;
  return () => {
    counter = (counter + 0x6d2b79f5) | 0;
    let mixed = Math.imul(counter ^ (counter >>> 15), counter | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * 1_000_000);
  };
}

function fresh(driftRunLength = 10_000): PairWatch {
  return watchPair({ contract, model: null, firstPlace: 1, alphaMicros: ALPHA_MICROS, driftRunLength });
}

/** Calls until the promise is contradicted, or undefined if it is not within the calls given. */
function alarmAfter(next: () => number, brokenMicros: number, calls: number): number | undefined {
  let state = fresh();
  for (let call = 1; call <= calls; call++) {
    state = observePair(state, { status: next() < brokenMicros ? "error" : "success", latencyUs: 1, assumptionsMet: true });
    if (state.streams[0]?.verdict === "contradicted") return call;
  }
  return undefined;
}

/** The unsound way: a one-sided test at the same level (z = 1.2816) after every call from the 30th. */
function repeatedTestAlarms(next: () => number): boolean {
  let broken = 0;
  const p = ALLOWED / 1_000_000;
  for (let call = 1; call <= CALLS; call++) {
    broken += Number(next() < ALLOWED);
    if (call >= 30 && broken - call * p > 1.2816 * Math.sqrt(call * p * (1 - p))) return true;
  }
  return false;
}

/** The least count that a Binomial(n, p) exceeds with a probability below 10⁻⁶: the tail is summed term by term. */
function fairLimit(n: number, p: number): number {
  const terms = [(1 - p) ** n];
  for (let k = 0; k < n; k++) terms.push(((terms[k] ?? 0) * (n - k) * p) / ((k + 1) * (1 - p)));
  let tail = 0;
  let limit = n;
  for (; limit > 0; limit--) {
    tail += terms[limit] ?? 0;
    if (tail >= 1e-6) break;
  }
  return limit;
}

function countOf(streams: number, found: (stream: number) => boolean): number {
  return Array.from({ length: streams }, (_, stream) => found(stream)).filter(Boolean).length;
}

describe(`the level under optional stopping (seed ${String(SEED)})`, () => {
  const limit = fairLimit(STREAMS, LEVEL);

  it("is kept at the boundary of the promise, where it is hardest", () => {
    const alarms = countOf(STREAMS, (stream) => alarmAfter(uniform(SEED + 7919 * stream), ALLOWED, CALLS) !== undefined);
    expect(alarms).toBeLessThanOrEqual(limit);
    // A test that never rings would pass as well.
    expect(alarms).toBeGreaterThan(0);
  }, 60_000);

  it("is broken by a test that is repeated, so the simulation can tell", () => {
    const alarms = countOf(STREAMS, (stream) => repeatedTestAlarms(uniform(SEED + 7919 * stream)));
    expect(alarms).toBeGreaterThan(limit);
  });

  it("costs no power: twice as many faults as allowed are found, a dead service within a few calls", () => {
    const delays = Array.from({ length: 60 }, (_, stream) => alarmAfter(uniform(SEED + stream), 2 * ALLOWED, 3000) ?? Infinity);
    expect(Math.max(...delays)).toBeLessThan(3000);
    expect(alarmAfter(() => 0, 1, 10)).toBeLessThanOrEqual(3);
  });
});

it("false alarms of drift are at least the run length apart on average", () => {
  const runLength = 100;
  let state = fresh(runLength);
  const next = uniform(SEED);
  for (let call = 0; call < 60_000; call++) {
    state = observePair(state, { status: next() < ALLOWED ? "error" : "success", latencyUs: 1, assumptionsMet: true });
  }
  const alarms = state.streams[0]?.drift.alarms ?? 0;
  expect(alarms).toBeGreaterThan(0);
  expect(60_000 / alarms).toBeGreaterThanOrEqual(runLength);
});

/** P(the bound is ever below p within the calls given), exactly: mass that has not yet been wrong moves on, by broken calls. */
function everWrong(share: number, threshold: number, calls: number): number {
  const p = share / 1_000_000;
  let mass = [1];
  let wrong = 0;
  for (let call = 1; call <= calls; call++) {
    const moved = Array.from({ length: call + 1 }, (_, broken) => (mass[broken] ?? 0) * (1 - p) + (mass[broken - 1] ?? 0) * p);
    mass = moved.map((held, broken) => {
      if (held === 0 || greatestBrokenShare({ calls: call, brokenMicros: broken * 1_000_000 }, threshold) >= share) return held;
      wrong += held;
      return 0;
    });
  }
  return wrong;
}

describe("a measured bound", () => {
  it.each([
    [300_000, 10],
    [50_000, 20],
    [700_000, 4],
  ])("of %d micros is ever wrong with probability at most 1/%d", (share, threshold) => {
    const wrong = everWrong(share, threshold, 100);
    expect(wrong).toBeLessThanOrEqual(1 / threshold);
    expect(wrong).toBeGreaterThan(0);
  }, 60_000);

  it("closes in on what is true", () => {
    const bound = (calls: number): number => greatestBrokenShare({ calls, brokenMicros: calls * 100_000 }, 400);
    expect([bound(10), bound(100), bound(1000), bound(100_000), bound(100_000_000)].every((found, index, all) => found <= (all[index - 1] ?? 1_000_000))).toBe(true);
    expect(bound(100)).toBeLessThan(300_000);
    expect(bound(10_000)).toBeLessThan(115_000);
    expect(bound(1_000_000)).toBeLessThan(105_000);
    expect(greatestBrokenShare({ calls: 0, brokenMicros: 0 }, 400)).toBe(1_000_000);
  });
});
