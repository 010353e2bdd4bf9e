import { describe, expect, it } from "vitest";

import { studentQuantile } from "../../src/evaluation/student-quantile.ts";
import { armMeans, crossFit, diagnoseOverlap, lackOfOverlap, type LoggedRow } from "../../src/index.ts";

const half = { numerator: 1, denominator: 2 };
const actions: LoggedRow["actions"] = [{ arm: 0, logged: half, target: half }, { arm: 7, logged: half, target: half }];

describe("Student's quantile", () => {
  // Tables of the t distribution, 0.975.
  it.each([[3, 3.182], [4, 2.776], [5, 2.571], [10, 2.228], [30, 2.042], [120, 1.98], [1e9, 1.96]])("of %d degrees of freedom is %d", (degrees, quantile) => {
    expect(Math.abs(studentQuantile(degrees) / quantile - 1)).toBeLessThan(0.002);
  });

  it("does not end below three", () => {
    expect(studentQuantile(-1)).toBe(studentQuantile(3));
  });
});

describe("cross-fitting", () => {
  it("predicts no row by what was fitted on it", () => {
    const rows = Array.from({ length: 23 }, (_row, at): LoggedRow => ({ actions, chosen: 0, reward: at }));
    const predict = crossFit(rows, (seen) => (row) => (seen.includes(row) ? 1 : 0));
    expect(rows.map((_row, at) => predict(at, 0))).toEqual(rows.map(() => 0));
  });

  it("fits on all others", () => {
    const rows = Array.from({ length: 20 }, (_row, at): LoggedRow => ({ actions, chosen: 0, reward: at }));
    const predict = crossFit(rows, (seen) => () => seen.length);
    expect(predict(3, 0)).toBe(16);
  });
});

describe("means of arms", () => {
  it("are drawn towards the mean of all by two rows, and are that mean where an arm was never tried", () => {
    const rows = [0, 0, 1, 1, 1, 1].map((reward): LoggedRow => ({ actions, chosen: reward, reward }));
    const model = armMeans(rows);
    const row = rows[0] ?? { actions, chosen: 0, reward: 0 };
    expect(model(row, 0)).toBeCloseTo((2 * (4 / 6)) / 4);
    expect(model(row, 1)).toBeCloseTo((4 + 2 * (4 / 6)) / 6);
    expect(model({ ...row, actions: [{ arm: 3, logged: half, target: half }] }, 0)).toBeCloseTo(4 / 6);
  });
});

describe("overlap", () => {
  it("is whole with the same policy", () => {
    const rows = Array.from({ length: 12 }, (): LoggedRow => ({ actions, chosen: 1, reward: 0 }));
    const overlap = diagnoseOverlap(rows);
    expect(overlap).toEqual({ rows: 12, uncovered: 0, uncoveredRows: 0, changedRows: 0, seenChanges: 0, largestWeight: 1, expectedSize: 12, effectiveSize: 12 });
    expect(lackOfOverlap(overlap)).toBeUndefined();
    expect(lackOfOverlap(overlap, { expectedSize: 13 })).toBe("effective_size");
    expect(lackOfOverlap({ ...overlap, largestWeight: 10_001 })).toBe("largest_weight");
  });

  it("knows what a log of a policy that never took them is worth: nothing", () => {
    const rows = [{ actions: [{ arm: 0, logged: { numerator: 1, denominator: 1 }, target: { numerator: 0, denominator: 1 } }, { arm: 1, logged: { numerator: 0, denominator: 1 }, target: { numerator: 1, denominator: 1 } }], chosen: 0, reward: 1 }];
    expect(diagnoseOverlap(rows)).toMatchObject({ uncovered: 1, expectedSize: 0, effectiveSize: 0, seenChanges: 0 });
  });
});
