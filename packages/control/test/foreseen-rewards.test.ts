import type { ExpectedValues, Outcome } from "@caio/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { advanceHistory, HashingEncoder, onlineSettings, type AdvanceOptions } from "../src/index.ts";

const encoder = new HashingEncoder();
const pair = { service: "sums", model: "m" };
const empty = { version: 1, leaves: [] };
const seen = { intent: encoder.encode("What is 3 + 4?"), features: encoder.features("What is 3 + 4?") };

function expecting(micros: number): ExpectedValues {
  return { model: "ab".repeat(32), pairs: [{ service: "sums", model: null, micros: 777_777 }, { ...pair, micros }] };
}

function outcome(rewardMicros: number): Outcome {
  return { ...pair, decisionId: "0".repeat(64), attempt: 1, endedAt: 1_764_000_000_000, status: "success", latencyUs: 12_000, rewardMicros };
}

const micros = fc.integer({ min: -1_000_000, max: 1_000_000 });
const ways: readonly AdvanceOptions[] = [{}, { online: onlineSettings() }];

describe("what a fitted model foresaw", () => {
  it("is taken from the reward that values learn, and from nothing that the memory field does", () => {
    fc.assert(
      fc.property(micros, micros, fc.constantFrom(...ways), (reward, foreseen, options) => {
        const [leaf] = advanceHistory(empty, [{ ...seen, outcome: outcome(reward), expected: expecting(foreseen) }], options).leaves;
        const [less] = advanceHistory(empty, [{ ...seen, outcome: outcome(reward - foreseen) }], options).leaves;
        const [whole] = advanceHistory(empty, [{ ...seen, outcome: outcome(reward) }], options).leaves;
        expect(leaf?.learned).toEqual(less?.learned);
        expect(leaf?.memory).toEqual(whole?.memory);
      }),
    );
  });

  it("is taken from a reward that feedback gives first, and from no change of one", () => {
    fc.assert(
      fc.property(micros, micros, micros, fc.constantFrom(...ways), (first, second, foreseen, options) => {
        const said = (fromMicros: number | null, toMicros: number, expected?: ExpectedValues) => ({ ...seen, pair, fromMicros, toMicros, ...(expected === undefined ? {} : { expected }) });
        const taught = advanceHistory(empty, [said(null, first, expecting(foreseen))], options);
        expect(taught.leaves[0]?.learned).toEqual(advanceHistory(empty, [said(null, first - foreseen)], options).leaves[0]?.learned);
        expect(advanceHistory(taught, [said(first, second, expecting(foreseen))], options)).toEqual(advanceHistory(taught, [said(first, second)], options));
      }),
    );
  });
});
