import { canonical, sha256Hex } from "@caio/verifier";
import { describe, expect, it } from "vitest";

import { termNames, type Admitted, type PairName, type TermName } from "../src/decision/receipt-shape.ts";
import type { Receipt } from "../src/decision/receipt.ts";
import { weightFlipsOf } from "../src/decision/weight-flips.ts";

type Weights = Record<TermName, number>;
const SEED = Number(process.env["CAIO_SEED"] ?? Date.now() % 1_000_000);

/** A small generator, so that what fails can be run again. */
function generator(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % most;
  };
}

/** The score by its definition: each weight times its term, cost, risk and latency taken away (calculus §6). */
function naiveScore({ terms, prefer }: Admitted, weights: Weights): bigint {
  const signs: Weights = { intent: 1, attention: 1, rl: 1, resonance: 1, model: 1, cost: -1, risk: -1, latency: -1 };
  return termNames.reduce((sum, name) => sum + BigInt(signs[name]) * BigInt(weights[name]) * BigInt(terms[name]), BigInt(prefer) * 1_000_000n);
}

function naiveFirst(pairs: readonly Admitted[], weights: Weights, tie: (pair: PairName) => string): string {
  const [first] = [...pairs].sort((a, b) => {
    const [one, other] = [naiveScore(a, weights), naiveScore(b, weights)];
    return one === other ? (tie(a) < tie(b) ? -1 : 1) : one > other ? -1 : 1;
  });
  return first?.service ?? "";
}

function receiptOf(pairs: readonly Admitted[], weights: Weights): Receipt {
  const certificate = { seed: "ab", request: { digest: "cd", paths: {} }, verdicts: pairs, outcome: { kind: "refused", code: "" } };
  return { certificate, policies: [{ weights }], contracts: [], disclosed: {} } as unknown as Receipt;
}

describe("the smallest change of a weight that puts another pair first", () => {
  it(`is exact: one micro less leaves the first where it is (seed ${String(SEED)})`, () => {
    const below = generator(SEED);
    let flips = 0;
    for (let world = 0; world < 300; world++) {
      // Coarse steps make equal scores common, so that ties are among what is tried.
      const weights = Object.fromEntries(termNames.map((name) => [name, below(5) * 100_000])) as Weights;
      const pairs = Array.from({ length: 2 + below(4) }, (_, at): Admitted => {
        const terms = Object.fromEntries(termNames.map((name) => [name, below(5) * 200_000])) as Weights;
        const pair = { service: `s${String(at)}`, model: null, step: 0, terms, prefer: below(3) * 100_000, residuals: {} } as unknown as Admitted;
        return { ...pair, score: Number(naiveScore(pair, weights)) };
      });
      const tie = ({ service, model }: PairName): string => sha256Hex(canonical(["caio-tie-v1", "ab", "cd", service, model]));
      const leader = naiveFirst(pairs, weights, tie);
      for (const { name, from, to, winner } of weightFlipsOf(receiptOf(pairs, weights))) {
        flips++;
        const step = Math.sign(to - from);
        expect(naiveFirst(pairs, { ...weights, [name]: to }, tie)).toBe(winner.service);
        expect(winner.service).not.toBe(leader);
        expect(naiveFirst(pairs, { ...weights, [name]: to - step }, tie)).toBe(leader);
      }
    }
    expect(flips).toBeGreaterThan(300);
  });
});
