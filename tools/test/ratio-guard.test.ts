import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { calibration } from "../bench/guard/calibration.ts";
import { best, judge, ratiosOf, type GuardRound, type RecordedRatios } from "../bench/guard/judge.ts";

/** Rounds of a real run, and the ratios that were recorded of it. */
const rounds = read("recorded-samples.json") as readonly GuardRound[];
const recorded = read("recorded-ratios.json") as RecordedRatios;
const points = Object.keys(recorded.ratios);

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../bench/guard/${file}`, import.meta.url), "utf8"));
}

/** The same run, had decisions of that point taken so many times as long. */
function slowed(factor: number, which: readonly string[], machine = 1): readonly GuardRound[] {
  return rounds.map(({ calibration: fixed, points: times }) => ({
    calibration: fixed * machine,
    points: Object.fromEntries(Object.entries(times).map(([point, time]) => [point, time * machine * (which.includes(point) ? factor : 1)])),
  }));
}

function slow(verdicts: ReturnType<typeof judge>): readonly string[] {
  return verdicts.filter(({ holds }) => !holds).map(({ point }) => point);
}

it("the run that was recorded passes, on a machine of any speed", () => {
  expect(points.length).toBeGreaterThanOrEqual(5);
  for (const machine of [0.2, 1, 7]) expect(slow(judge(slowed(1, [], machine), recorded))).toEqual([]);
});

it("a decision that takes twice as long is found, at each point alone and at all", () => {
  for (const point of points) expect(slow(judge(slowed(2, [point]), recorded))).toEqual([point]);
  expect(slow(judge(slowed(2, points), recorded))).toEqual(points);
});

it("a third more is let pass: rounds differ by as much", () => {
  expect(slow(judge(slowed(1.35, points), recorded))).toEqual([]);
});

it("a round in which the machine stood still changes nothing", () => {
  const disturbed = rounds.map((round, at) => (at === 3 ? { ...round, points: Object.fromEntries(points.map((point) => [point, 1e6])) } : round));
  expect(slow(judge(disturbed, recorded))).toEqual([]);
});

it("of three attempts the best counts, and three slow ones are slow", () => {
  const [good, bad] = [judge(rounds, recorded), judge(slowed(2, points), recorded)];
  expect(slow(best([bad, bad, good]))).toEqual([]);
  expect(slow(best([bad, bad, bad]))).toEqual(points);
});

it("a point without a number is a failure of the guard, not a pass", () => {
  const [first = ""] = points;
  const others = Object.fromEntries(Object.entries(recorded.ratios).filter(([point]) => point !== first));
  expect(() => judge(rounds, { ...recorded, ratios: others })).toThrow(/no recorded ratio/);
  expect(() => judge(rounds, { ...recorded, ratios: { ...recorded.ratios, another: 1 } })).toThrow(/another/);
  expect(judge([{ calibration: 0, points: { [first]: Number.NaN } }], { ...recorded, ratios: { [first]: 1 } }).map(({ holds }) => holds)).toEqual([false]);
});

it("the calibration is the same work for the same turn, and other work for another", () => {
  expect(calibration(5)).toBe(calibration(5));
  expect(calibration(5)).not.toBe(calibration(8));
  expect(Object.values(ratiosOf(rounds)).every((ratio) => ratio > 0)).toBe(true);
});
