import type { Field, History, HistoryLeaf, LearnedValue, Outcome } from "@caio/contracts";
import fc from "fast-check";
import { inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";

import {
  advanceHistory,
  computeResonanceScore,
  intentFeatures,
  LinUcb,
  prepareFields,
  updateMemory,
  type LinUcbOptions,
} from "../src/index.ts";
import { anyField, singleBin } from "./arbitraries.ts";

const anyUpdates = (length: number, d: number): fc.Arbitrary<[Float64Array, number][]> =>
  fc.array(
    fc.tuple(
      fc.float64Array({ minLength: d, maxLength: d, min: 0, max: 1, noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
    ),
    { minLength: length, maxLength: length },
  );

/** A and b summed plainly, then inverted by ml-matrix. */
function batchSolution(updates: readonly (readonly [Float64Array, number])[], d: number, ridge: number, forgetting: number) {
  const a = Matrix.eye(d, d).mul(ridge);
  const b = Matrix.zeros(d, 1);
  for (const [x, reward] of updates) {
    const column = Matrix.columnVector(x);
    a.mul(forgetting).add(column.mmul(column.transpose()));
    b.mul(forgetting).add(column.mul(reward / 1e6));
  }
  const inverted = inverse(a);
  return { inverse: inverted.to1DArray(), theta: inverted.mmul(b).to1DArray() };
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))), 0);
}

function expectClose(learned: LearnedValue, expected: LearnedValue, tolerance: number): void {
  expect(largestDifference(learned.inverse, expected.inverse)).toBeLessThan(tolerance);
  expect(largestDifference(learned.theta, expected.theta)).toBeLessThan(tolerance);
}

describe("LinUcb", () => {
  it("agrees with a direct inverse", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16 }).chain((d) => fc.tuple(fc.constant(d), anyUpdates(30, d))),
        fc.integer({ min: 100_000, max: 5_000_000 }),
        ([d, updates], ridgeMicros) => {
          const bandit = new LinUcb({ dimension: d, ridgeMicros });
          const learned = updates.reduce((value, [x, reward]) => bandit.update(value, x, reward), bandit.initial());
          expectClose(learned, batchSolution(updates, d, ridgeMicros / 1e6, 1), 1e-11);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("still agrees after 4000 updates, and stays exactly symmetric", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const bandit = new LinUcb();
        const updates = pseudoRandomUpdates(seed, 4000);
        const learned = updates.reduce((value, [x, reward]) => bandit.update(value, x, reward), bandit.initial());
        expectClose(learned, batchSolution(updates, 16, 1, 1), 1e-12);
        for (let i = 0; i < 16; i++) {
          for (let j = 0; j < i; j++) expect(learned.inverse[16 * i + j]).toBe(learned.inverse[16 * j + i]);
        }
      }),
      { numRuns: 2 },
    );
  });

  it("forgets at the rate said, where every direction is excited", () => {
    const updates = pseudoRandomUpdates(5, 300);
    // A small ridge: only the very first step is too poor in evidence to forget any.
    const bandit = new LinUcb({ ridgeMicros: 1, forgettingMicros: 990_000 });
    const learned = updates.reduce((value, [x, reward]) => bandit.update(value, x, reward), bandit.initial());
    const expected = batchSolution(updates, 16, 1e-6, 0.99);
    expect(largestDifference(learned.theta, expected.theta)).toBeLessThan(1e-6);
    expect(largestDifference(learned.theta, batchSolution(updates, 16, 1e-6, 1).theta)).toBeGreaterThan(1e-3);
  });

  it("stays bounded when it forgets and hears of one direction only", () => {
    const bandit = new LinUcb({ forgettingMicros: 500_000 });
    const x = intentFeatures(singleBin(20, 500_000));
    let learned = bandit.initial();
    for (let count = 0; count < 5000; count++) learned = bandit.update(learned, x, 500_000);
    const trace = learned.inverse.reduce((sum, value, index) => sum + (index % 17 === 0 ? value : 0), 0);
    expect(trace).toBeLessThanOrEqual(16);
    expect(bandit.value(learned, x, 0)).toBeCloseTo(0.5, 3);
  });

  it("learns the reward of an intent, and grows sure of it", () => {
    const bandit = new LinUcb();
    const x = intentFeatures(singleBin(20, 500_000));
    let learned = bandit.initial();
    let width = bandit.value(learned, x, 1_000_000);
    for (let count = 0; count < 200; count++) {
      learned = bandit.update(learned, x, -700_000);
      const next = bandit.value(learned, x, 1_000_000) - bandit.value(learned, x, 0);
      expect(next).toBeLessThan(width);
      width = next;
    }
    expect(bandit.value(learned, x, 0)).toBeCloseTo(-0.7, 2);
  });

  it("leaves its input alone, and refuses what does not fit", () => {
    const bandit = new LinUcb();
    const start = bandit.initial();
    bandit.update(start, new Float64Array(16).fill(1), 1_000_000);
    expect(start).toEqual(bandit.initial());
    expect(() => bandit.update({ theta: [], inverse: [] }, new Float64Array(16), 0)).toThrow(
      expect.objectContaining({ code: "InvalidHistory" }),
    );
    for (const x of [new Float64Array(3), new Float64Array(16).fill(Number.NaN)]) {
      expect(() => bandit.update(start, x, 0)).toThrow(expect.objectContaining({ code: "NumberOutOfRange" }));
    }
    const wrong: LinUcbOptions[] = [{ dimension: 17 }, { dimension: 0 }, { ridgeMicros: 0 }, { forgettingMicros: 1_000_001 }];
    for (const options of wrong) {
      expect(() => new LinUcb(options)).toThrow(expect.objectContaining({ code: "NumberOutOfRange" }));
    }
  });
});

describe("memory", () => {
  it("stays within norm 1, and turns toward what went well", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyField, fc.integer({ min: -1_000_000, max: 1_000_000 })), { maxLength: 20 }), (batch) => {
        let memory: readonly number[] | undefined;
        for (const [intent, reward] of batch) memory = updateMemory(memory, intent, reward, 700_000);
        const norm = Math.sqrt((memory ?? []).reduce((sum, value) => sum + value * value, 0));
        expect(norm).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
    const [good, bad] = [singleBin(20, 500_000), singleBin(40, 500_000)];
    let memory = updateMemory(undefined, good, 1_000_000);
    memory = updateMemory(memory, bad, -1_000_000);
    const score = (intent: Field) => computeResonanceScore(memory, prepareFields({ intent, context: [] }));
    expect(score(good)).toBeGreaterThan(600_000);
    expect(score(bad)).toBeLessThan(-600_000);
  });

  it("only fades for a zero intent", () => {
    const memory = updateMemory(undefined, singleBin(20, 500_000), 1_000_000);
    const faded = updateMemory(memory, new Array<number>(128).fill(0), 1_000_000, 500_000);
    expect(faded).toEqual(memory.map((value) => 0.5 * value + 0));
  });
});

describe("advanceHistory", () => {
  const intent = singleBin(20, 500_000);
  const outcome = (service: string, model: string | null, status: Outcome["status"] = "success"): Outcome => ({
    service,
    model,
    status,
    decisionId: "0".repeat(64),
    attempt: 1,
    endedAt: 1_764_000_000_000,
    latencyUs: 1000,
    rewardMicros: status === "success" ? 1_000_000 : -1_000_000,
  });
  const empty: History = { version: 3, leaves: [] };

  it("counts, sorts and raises the version, and leaves the old one alone", () => {
    const pairs: [string, string | null][] = [["b", "x"], ["a", "y"], ["b", null], ["a", "x"], ["B", null]];
    const frozen: History = Object.freeze({ version: 3, leaves: Object.freeze([]) });
    const next = advanceHistory(frozen, pairs.map(([service, model]) => ({ outcome: outcome(service, model), intent })));
    expect(next.version).toBe(4);
    expect(next.leaves.map(({ service, model }) => [service, model])).toEqual([
      ["B", null],
      ["a", "x"],
      ["a", "y"],
      ["b", null],
      ["b", "x"],
    ]);
    expect(next.leaves.every((leaf) => leaf.outcomes === 1 && leaf.violations === 0 && leaf.health === "healthy")).toBe(true);
  });

  it("counts everything but success as a violation, and a cancelled call not at all", () => {
    const statuses: Outcome["status"][] = ["success", "violation", "error", "timeout", "cancelled"];
    const next = advanceHistory(empty, statuses.map((status) => ({ outcome: outcome("a", null, status), intent })));
    expect(next.leaves).toMatchObject([{ outcomes: 4, violations: 3 }]);
    expect(advanceHistory(empty, [{ outcome: outcome("a", null, "cancelled"), intent }])).toEqual({ version: 4, leaves: [] });
  });

  it("does in one batch what it does in two", () => {
    const [one, two] = [{ outcome: outcome("a", null), intent }, { outcome: outcome("a", null, "error"), intent: singleBin(41, 90_000) }];
    const together = advanceHistory(empty, [one, two]);
    const apart = advanceHistory(advanceHistory(empty, [one]), [two]);
    expect(together.leaves).toEqual(apart.leaves);
    expect([together.version, apart.version]).toEqual([4, 5]);
  });

  it("leaves health, promises and other leaves as they are, unless a rule for health is given", () => {
    const kept: HistoryLeaf = { service: "z", model: null, health: "degraded", promises: [], outcomes: 9, violations: 2 };
    const sick: HistoryLeaf = {
      service: "a",
      model: null,
      health: "degraded",
      promises: [{ property: "latency", coveragePpm: 950_000, bound: { maxUs: 5 } }],
      outcomes: 9,
      violations: 2,
    };
    const history = { version: 3, leaves: [sick, kept] };
    const batch = [{ outcome: outcome("a", null), intent }];
    const plain = advanceHistory(history, batch);
    expect(plain.leaves[0]).toMatchObject({ health: "degraded", promises: sick.promises, outcomes: 10 });
    expect(plain.leaves[1]).toBe(kept);
    const ruled = advanceHistory(history, batch, { healthOf: (leaf, outcomes) => (leaf.outcomes === 10 && outcomes.length === 1 ? "healthy" : "unhealthy") });
    expect(ruled.leaves.map((leaf) => leaf.health)).toEqual(["healthy", "degraded"]);
  });

  it("refuses a version that cannot be followed", () => {
    expect(() => advanceHistory({ version: Number.MAX_SAFE_INTEGER, leaves: [] }, [])).toThrow(
      expect.objectContaining({ code: "InvalidHistory" }),
    );
  });
});

/** Many updates from one number, as fast-check would be slow to make them. */
function pseudoRandomUpdates(seed: number, count: number): [Float64Array, number][] {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => [Float64Array.from({ length: 16 }, next), Math.floor(next() * 2_000_001) - 1_000_000]);
}
