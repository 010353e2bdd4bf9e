import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { chooseByTrade, chosenOf, hullArea, qualityCostHull, type QualityCost } from "../src/index.ts";

const points = fc.array(fc.record({ cost: fc.integer({ min: 0, max: 9 }), quality: fc.integer({ min: 0, max: 9 }) }), { minLength: 1, maxLength: 8 });

/** Best quality of a lot between two points that costs just this much. */
function best(all: readonly QualityCost[], cost: number): number {
  const cheapest = Math.min(...all.map((each) => each.cost));
  const floor = Math.max(...all.filter((each) => each.cost === cheapest).map((each) => each.quality));
  let most = cost < cheapest ? floor : -Infinity;
  for (const a of all) {
    if (a.cost <= cost) most = Math.max(most, a.quality);
    for (const b of all) if (a.cost < cost && b.cost > cost) most = Math.max(most, a.quality + ((b.quality - a.quality) * (cost - a.cost)) / (b.cost - a.cost));
  }
  return most;
}

describe("the quality–cost hull", () => {
  it("is what lots between two points reach", () => {
    fc.assert(
      fc.property(points, (all) => {
        const steps = 2_000;
        let sum = 0;
        for (let at = 0; at < steps; at++) sum += best(all, ((at + 0.5) * 9) / steps);
        expect(hullArea(all, 0, 9)).toBeCloseTo(sum / steps, 1);
      }),
      { numRuns: 60 },
    );
  });

  it("is a quality where there is no room between the costs: the cheapest model may be the best", () => {
    fc.assert(fc.property(points, fc.integer({ min: 0, max: 9 }), (all, cost) => { expect(hullArea(all, cost, cost)).toBeCloseTo(best(all, cost), 9); }));
  });

  it("rises in cost and quality, ever more slowly", () => {
    fc.assert(
      fc.property(points, (all) => {
        const hull = qualityCostHull(all);
        for (let at = 1; at < hull.length; at++) {
          const [a, b, c] = [hull[at - 1], hull[at], hull[at + 1]];
          if (a === undefined || b === undefined) continue;
          expect(b.cost > a.cost && b.quality > a.quality).toBe(true);
          if (c !== undefined) expect((b.quality - a.quality) * (c.cost - b.cost)).toBeGreaterThan((c.quality - b.quality) * (b.cost - a.cost));
        }
      }),
    );
  });
});

describe("chooseByTrade", () => {
  const matrix = (numbers: readonly number[]): { width: number; numbers: Float64Array } => ({ width: 3, numbers: Float64Array.from(numbers) });
  it.each([
    [0, [1, 2]],
    [0.15, [0, 2]],
    [Infinity, [0, 1]],
  ])("at trade-off %d", (trade, expected) => {
    const choice = chooseByTrade(matrix([0.5, 0.9, 0.9, 0.1, 0.1, 0.9]), matrix([1, 5, 6, 3, 2, 4]), trade);
    expect([...choice]).toEqual(expected);
    expect(chosenOf(matrix([1, 2, 3, 4, 5, 6]), choice)).toHaveLength(2);
  });

  it("takes the best for every prompt: no other choice has more value less trade times cost", () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(numbers, numbers, fc.constantFrom(0, 0.5, 1, 2), (values, costs, trade) => {
        const choice = chooseByTrade(matrix(values), matrix(costs), trade);
        choice.forEach((model, prompt) => {
          const gain = (at: number): number => (values[prompt * 3 + at] ?? 0) - trade * (costs[prompt * 3 + at] ?? 0);
          for (let other = 0; other < 3; other++) expect(gain(model)).toBeGreaterThanOrEqual(gain(other));
        });
      }),
    );
  });
});
