import { createHash } from "node:crypto";

import fc from "fast-check";
import { expect, it } from "vitest";

import { choiceChances, choose, type Scored } from "../src/index.ts";

const hex = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }).map((number) => number.toString(16).padStart(64, "0"));
const scored = fc
  .uniqueArray(fc.record({ service: fc.constantFrom("a", "b", "c", "d", "e"), model: fc.constantFrom(null, "m"), score: fc.integer({ min: -4, max: 4 }).map((score) => score * 500_000_000_000) }), { minLength: 1, maxLength: 8, selector: ({ service, model }) => `${service} ${model ?? ""}` })
  .map((list) => list as [Scored, ...Scored[]]);
const exploration = fc.record({ epsilonPpm: fc.constantFrom(0, 1, 50_000, 500_000, 1_000_000), maxLossMicros: fc.constantFrom(0, 500_000, 10_000_000) });

it("the chances of all pairs sum to one, and that of the pair taken is the propensity that the choice states", () => {
  fc.assert(fc.property(scored, hex, hex, exploration, (pairs, seed, digest, terms) => {
    const input = { seed, commitments: { digest }, exploration: terms };
    const { selected, propensity } = choose(pairs, input);
    const chances = choiceChances(pairs, input);
    const [first] = chances;
    expect(chances.every(({ denominator }) => denominator === first?.denominator)).toBe(true);
    expect(chances.reduce((sum, { numerator }) => sum + numerator, 0)).toBe(first?.denominator);
    expect(chances[pairs.indexOf(selected)]).toEqual(propensity);
  }), { numRuns: 500 });
});

it("over many seeds pairs are taken as often as their chances say", () => {
  const pairs: [Scored, ...Scored[]] = [{ service: "a", model: null, score: 3 }, { service: "b", model: null, score: 2 }, { service: "c", model: null, score: -9_000_000 }];
  const terms = { epsilonPpm: 400_000, maxLossMicros: 1 };
  const inputOf = (at: number): Parameters<typeof choose>[1] => ({ seed: at.toString(16).padStart(64, "0"), commitments: { digest: "0".repeat(64) }, exploration: terms });
  const counts = [0, 0, 0];
  for (let at = 0; at < 4000; at++) {
    const place = pairs.indexOf(choose(pairs, inputOf(at)).selected);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  // 0.8, 0.2 and never: the third is further from the best than may be lost. Five standard deviations.
  expect(choiceChances(pairs, inputOf(0)).map(({ numerator, denominator }) => numerator / denominator)).toEqual([0.8, 0.2, 0]);
  expect(Math.abs((counts[1] ?? 0) / 4000 - 0.2)).toBeLessThan(0.032);
  expect(counts[2]).toBe(0);
});

it("explores just where the first six bytes of the hash are below epsilon, and takes whom the next six name", () => {
  const pairs: [Scored, ...Scored[]] = [{ service: "a", model: null, score: 3 }, { service: "b", model: null, score: 3 }, { service: "c", model: "m", score: 2 }];
  const [seed, digest] = ["5".repeat(64), "d".repeat(64)];
  const hash = createHash("sha256").update(JSON.stringify(["caio-explore-v1", seed, digest])).digest();
  const threshold = hash.readUIntBE(0, 6) % 1_000_000;
  const chosen = (epsilonPpm: number): unknown => {
    const { selected, drawn } = choose(pairs, { seed, commitments: { digest }, exploration: { epsilonPpm, maxLossMicros: 1 } });
    return { drawn, selected };
  };
  expect(chosen(threshold)).toMatchObject({ drawn: false });
  expect(chosen(threshold + 1)).toEqual({ drawn: true, selected: pairs[hash.readUIntBE(6, 6) % 3] });
});

it("a pair that is taken by chance alone has the share of epsilon, the best one the rest as well", () => {
  const pairs: [Scored, ...Scored[]] = [{ service: "a", model: null, score: 3 }, { service: "b", model: null, score: 2 }];
  const numerators = new Set<string>();
  for (let at = 0; at < 60; at++) {
    const { selected, propensity } = choose(pairs, { seed: at.toString(16).padStart(64, "0"), commitments: { digest: "0".repeat(64) }, exploration: { epsilonPpm: 500_000, maxLossMicros: 1 } });
    numerators.add(`${selected.service} ${String(propensity.numerator)}/${String(propensity.denominator)}`);
  }
  expect([...numerators].sort()).toEqual(["a 1500000/2000000", "b 500000/2000000"]);
});
