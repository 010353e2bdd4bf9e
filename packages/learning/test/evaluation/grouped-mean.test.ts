import { expect, it } from "vitest";

import { groupedMean } from "../../src/index.ts";

it("is the mean with its standard error where every value is its own group", () => {
  const values = Array.from({ length: 400 }, (_value, at) => at % 2);
  const { value, standardError, low, high } = groupedMean(values, values.map((_value, at) => at));
  expect(value).toBe(0.5);
  expect(standardError).toBeCloseTo(0.5 / Math.sqrt(399), 10);
  expect(high - value).toBeCloseTo(1.966 * standardError, 4);
  expect(value - low).toBeCloseTo(high - value, 12);
});

it("is as unsure as the groups are few, however often each is counted", () => {
  const once = groupedMean([0, 1, 1, 0, 1, 0, 1, 1], [0, 1, 2, 3, 4, 5, 6, 7]);
  const twice = [0, 1, 1, 0, 1, 0, 1, 1].flatMap((value) => [value, value]);
  const doubled = groupedMean(twice, twice.map((_value, at) => Math.floor(at / 2)));
  expect(doubled.standardError).toBeCloseTo(once.standardError, 12);
  expect(doubled.low).toBeCloseTo(once.low, 12);
  const alone = groupedMean(twice, twice.map((_value, at) => at));
  expect(alone.standardError).toBeLessThan(once.standardError * 0.75);
});

it("has no width without spread", () => {
  expect(groupedMean([1, 1, 1], [0, 1, 2])).toEqual({ value: 1, low: 1, high: 1, standardError: 0 });
});
