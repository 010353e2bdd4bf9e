import { expect, it } from "vitest";

import { Chance } from "../scale/chance.ts";
import { replicaRun, type Following } from "../scale/replica-run.ts";
import { runScenario, type Scenario } from "../scale/scenario.ts";

const HOUR = 3_600_000;
const prompt: Following = { notify: { p50: 1, p99: 3 }, ask: { p50: 1, p99: 5 }, pollMs: 1000, longestPauseMs: 5000, cutsPerHour: 0, cutMs: 1 };
const slow: Following = { notify: { p50: 80, p99: 300 }, ask: { p50: 150, p99: 900 }, pollMs: 700, longestPauseMs: 5000, cutsPerHour: 20, cutMs: 40_000 };
const scenario = (following: Following): Scenario => ({ name: "test", replicas: 4, swapsPerSecond: 2, following });
const options = { seed: 11, hours: 0.25, decisionsPerSecond: 4, ages: [10, 1000], bounds: [800, 2000, 10_000] };

it("is the same for the same seed, and another for another", () => {
  const once = runScenario(scenario(slow), options);
  expect(runScenario(scenario(slow), options)).toEqual(once);
  expect(runScenario(scenario(slow), { ...options, seed: 12 })).not.toEqual(once);
});

it("a replica that was confirmed within a bound is behind by less than it: nothing is missed, at any bound", () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  const chance = new Chance(seed);
  const published = chance.times(0.003, HOUR);
  const decided = replicaRun(chance, slow, published, chance.times(0.02, HOUR), HOUR);
  expect(decided.length).toBeGreaterThan(50_000);
  const behind = decided.filter(({ behindMs }) => behindMs > 0);
  expect(behind.length, `seed ${String(seed)}`).toBeGreaterThan(1000);
  expect(behind.filter(({ behindMs, ageMs }) => behindMs >= ageMs), `seed ${String(seed)}`).toEqual([]);
  expect(runScenario(scenario(slow), { ...options, seed }).bounds.map(({ missed }) => missed), `seed ${String(seed)}`).toEqual([0, 0, 0]);
});

it("without cuts a replica is behind for about as long as a notification takes", () => {
  const { behind, bounds } = runScenario(scenario(prompt), options);
  // Two swaps a second, each unseen for a millisecond or two.
  expect(behind[0]).toBeLessThan(0.001);
  expect(behind[1]).toBe(0);
  expect(bounds.at(-1)?.refused).toBe(0);
});

it("cuts show, and what a bound refuses then is mostly refused rightly", () => {
  const { behind, bounds } = runScenario(scenario(slow), options);
  expect(behind[1]).toBeGreaterThan(0.05);
  expect(bounds[1]?.refused).toBeGreaterThan(0.05);
  expect(bounds[1]?.rightly).toBeGreaterThan(0.8);
});

it("delays have the median and the 99th percentile that were asked for", () => {
  const chance = new Chance(3);
  const delays = Array.from({ length: 20_000 }, () => chance.delay({ p50: 10, p99: 100 })).sort((a, b) => a - b);
  expect(delays[10_000]).toBeGreaterThan(9);
  expect(delays[10_000]).toBeLessThan(11);
  expect(delays[19_800]).toBeGreaterThan(80);
  expect(delays[19_800]).toBeLessThan(125);
});
