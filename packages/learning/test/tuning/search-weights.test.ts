import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { bestFor, firstPair, paretoFront, searchWeights, simplified, worthOf, type SearchTerms, type TuningCase, type TuningPair } from "../../src/index.ts";

const MICRO = 1_000_000;

function pair(terms: readonly number[], quality: number, costMicros: number, more: Partial<TuningPair> = {}): TuningPair {
  return { terms, offset: 0, quality, costMicros, seen: true, ...more };
}

/** A cheap pair and a dear one; the first term says where the dear one is worth it, the second is minus the price, the third is noise. */
const cases = Array.from({ length: 200 }, (_case, at): TuningCase => {
  const hard = at % 2;
  const noise = ((at * 7919) % 1000) * 1000;
  return { pairs: [pair([0, -50_000, noise], hard === 1 ? 0.2 : 0.9, 100), pair([hard * MICRO, -MICRO, MICRO - noise], 0.95, 2000)] };
});
const terms: SearchTerms = { start: [0, MICRO, 0], vary: [0, 1, 2], signed: [], seed: 1, tries: 30, tradesMicros: [10_000] };

describe("the first pair", () => {
  it("has the largest score, of equals the place before, what stands beside the terms counted in", () => {
    const one = pair([3, 1], 0, 0);
    const other = pair([1, 2], 0, 0);
    expect(firstPair({ pairs: [one, other] }, [1, 0])).toBe(one);
    expect(firstPair({ pairs: [one, other] }, [0, 1])).toBe(other);
    expect(firstPair({ pairs: [one, other] }, [1, 2])).toBe(one);
    expect(firstPair({ pairs: [one, { ...other, offset: 1 }] }, [1, 2])).toEqual({ ...other, offset: 1 });
    expect(firstPair({ pairs: [] }, [1])).toBeUndefined();
  });
});

describe("the search", () => {
  it("finds what is worth most here: the dear pair where it is needed, and there alone", () => {
    const tried = searchWeights(cases, terms);
    expect(tried[0]).toMatchObject({ weights: terms.start, quality: expect.closeTo(0.55, 10) as number, costMicros: 100 });
    const best = bestFor(tried, 10_000);
    expect(best).toMatchObject({ quality: expect.closeTo(0.925, 10) as number, costMicros: 1050 });
    expect(worthOf(best ?? { quality: 0, costMicros: 0 }, 10_000)).toBeCloseTo(8200, 6);
  });

  it("is the same for the same seed, and leaves alone what may not change", () => {
    expect(searchWeights(cases, terms)).toEqual(searchWeights(cases, terms));
    const few = searchWeights(cases, { ...terms, vary: [1] });
    expect(few.every(({ weights }) => weights[0] === 0 && weights[2] === 0)).toBe(true);
    expect(few.every(({ weights }) => (weights[1] ?? 0) >= 0)).toBe(true);
    expect(searchWeights(cases, { ...terms, signed: [1] }).some(({ weights }) => (weights[1] ?? 0) < 0)).toBe(true);
  });

  it("takes nothing that chooses what the log cannot know", () => {
    const unseen = cases.map(({ pairs: [cheap, dear] }): TuningCase => ({ pairs: [cheap ?? pair([], 0, 0), { ...(dear ?? pair([], 0, 0)), seen: false }] }));
    const tried = searchWeights(unseen, terms);
    expect(tried.every((each) => each.unseen === 0)).toBe(true);
    expect(bestFor(tried, 10_000)).toMatchObject({ quality: expect.closeTo(0.55, 10) as number, costMicros: 100 });
  });

  it("puts back every weight that makes nothing better", () => {
    const { weights, quality, costMicros } = simplified(cases, { weights: [MICRO, 500_000, 10] }, [0, 2 * MICRO, 0]);
    expect(weights).toEqual([MICRO, 500_000, 0]);
    expect({ quality, costMicros }).toEqual({ quality: expect.closeTo(0.925, 10) as number, costMicros: 1050 });
  });
});

describe("the Pareto front", () => {
  it("holds what nothing else beats, cheapest first, and everything else is beaten or matched by one of it", () => {
    const items = fc.array(fc.record({ quality: fc.integer({ min: 0, max: 9 }), costMicros: fc.integer({ min: 0, max: 9 }) }), { maxLength: 30 });
    fc.assert(fc.property(items, (all) => {
      const front = paretoFront(all);
      const isBeaten = (one: (typeof all)[number], by: (typeof all)[number]): boolean => by.quality >= one.quality && by.costMicros <= one.costMicros && (by.quality > one.quality || by.costMicros < one.costMicros);
      expect(front.every((one) => !all.some((other) => isBeaten(one, other)))).toBe(true);
      expect(all.every((one) => front.some((other) => other.quality >= one.quality && other.costMicros <= one.costMicros))).toBe(true);
      expect(front.every((each, at) => at === 0 || (front[at - 1]?.costMicros ?? 0) < each.costMicros)).toBe(true);
    }));
  });
});
