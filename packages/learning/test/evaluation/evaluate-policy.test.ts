import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { armMeans, evaluatePolicy, type Chance, type Evaluation, type LoggedRow, type OpenAction } from "../../src/index.ts";

const RANGE = { low: 0, high: 1 };
const never: Chance = { numerator: 0, denominator: 1 };
const always: Chance = { numerator: 1, denominator: 1 };

function estimated(answer: Evaluation): Extract<Evaluation, { kind: "estimated" }> {
  if (answer.kind !== "estimated") throw new Error(`Found no overlap (${answer.reason}).`);
  return answer;
}

/** Chances of some actions as whole shares of their sum; `positive`: none is left out. */
function chances(count: number, positive: boolean): fc.Arbitrary<readonly Chance[]> {
  return fc
    .array(fc.integer({ min: positive ? 1 : 0, max: 20 }), { minLength: count, maxLength: count })
    .filter((shares) => shares.some((share) => share > 0))
    .map((shares) => shares.map((numerator) => ({ numerator, denominator: shares.reduce((sum, each) => sum + each, 0) })));
}

interface World {
  readonly logged: readonly Chance[];
  readonly target: readonly Chance[];
  readonly rewards: readonly number[];
}

const worlds = fc.integer({ min: 2, max: 5 }).chain((count) =>
  fc.record({
    logged: chances(count, true),
    target: chances(count, false),
    rewards: fc.array(fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100), { minLength: count, maxLength: count }),
  }),
) satisfies fc.Arbitrary<World>;

function rowOf({ logged, target, rewards }: World, chosen: number): LoggedRow {
  const actions = logged.map((chance, arm): OpenAction => ({ arm, logged: chance, target: target[arm] ?? never }));
  return { actions, chosen, reward: rewards[chosen] ?? 0 };
}

/** A log that holds each action exactly as often as it is drawn on average: the expectation over all draws. */
function expectedLog(world: World): readonly LoggedRow[] {
  return world.logged.flatMap(({ numerator }, chosen) => Array.from({ length: numerator }, () => rowOf(world, chosen)));
}

function valueOf({ target, rewards }: World): number {
  return target.reduce((sum, { numerator, denominator }, arm) => sum + (numerator / denominator) * (rewards[arm] ?? 0), 0);
}

const loose = { expectedSize: 0, largestWeight: Number.MAX_SAFE_INTEGER };

describe("estimates over every draw there is", () => {
  it("inverse propensity gives the target's value exactly, whatever the policies", () => {
    fc.assert(fc.property(worlds, (world) => {
      const answer = estimated(evaluatePolicy(expectedLog(world), { range: RANGE, fit: armMeans, floors: loose }));
      expect(answer.inversePropensity.value).toBeCloseTo(valueOf(world), 10);
    }));
  });

  it("so does the doubly robust estimate, with any prediction however wrong, as long as it has not seen the rows", () => {
    fc.assert(fc.property(worlds, fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 5, maxLength: 5 }), (world, guesses) => {
      const answer = estimated(evaluatePolicy(expectedLog(world), { range: RANGE, fit: () => (_row, action) => guesses[action] ?? 0, floors: loose }));
      expect(answer.doublyRobust.value).toBeCloseTo(valueOf(world), 10);
    }));
  });

  it("with the truth for a prediction the doubly robust estimate is the direct one, on any draw", () => {
    fc.assert(fc.property(worlds, fc.array(fc.nat(4), { minLength: 1, maxLength: 40 }), (world, draws) => {
      const rows = draws.map((draw) => rowOf(world, draw % world.logged.length));
      const answer = estimated(evaluatePolicy(rows, { range: RANGE, fit: () => (_row, action) => world.rewards[action] ?? 0, floors: loose }));
      expect(answer.doublyRobust.value).toBeCloseTo(valueOf(world), 10);
    }));
  });

  it("of the policy that decided they give what happened, and a difference of nothing", () => {
    fc.assert(fc.property(worlds, fc.array(fc.nat(4), { minLength: 1, maxLength: 40 }), (world, draws) => {
      const same = { ...world, target: world.logged };
      const rows = draws.map((draw) => rowOf(same, draw % same.logged.length));
      const answer = estimated(evaluatePolicy(rows, { range: RANGE, fit: armMeans, floors: loose }));
      const mean = rows.reduce((sum, { reward }) => sum + reward, 0) / rows.length;
      for (const each of [answer.logged, answer.inversePropensity, answer.selfNormalised]) expect(each.value).toBeCloseTo(mean, 10);
      expect(answer.difference).toMatchObject({ value: 0, low: 0, high: 0 });
    }));
  });
});

describe("a log without overlap", () => {
  const half: Chance = { numerator: 1, denominator: 2 };
  const unchanged: LoggedRow["actions"] = [{ arm: 0, logged: always, target: always }, { arm: 1, logged: never, target: never }];
  const changed: LoggedRow["actions"] = [{ arm: 0, logged: always, target: never }, { arm: 1, logged: never, target: always }];

  it("gives bounds and no estimate where a quarter of the target was never tried", () => {
    const rows = Array.from({ length: 4000 }, (_row, at): LoggedRow => ({ actions: at % 4 === 0 ? changed : unchanged, chosen: 0, reward: at % 2 }));
    const answer = evaluatePolicy(rows, { range: RANGE, fit: armMeans });
    expect(answer).toMatchObject({ kind: "no_overlap", reason: "uncovered", overlap: { uncovered: 0.25, uncoveredRows: 1000, changedRows: 1000, seenChanges: 0 }, bounds: { unseen: 0.25 } });
    expect(answer).not.toHaveProperty("doublyRobust");
    if (answer.kind !== "no_overlap") return;
    // Where nothing changed two thirds succeeded: 0.5 of all, and the quarter that is not seen may be anything.
    expect(answer.bounds.low).toBeLessThan(0.5);
    expect(answer.bounds.low).toBeGreaterThan(0.46);
    expect(answer.bounds.high).toBeGreaterThan(0.75);
    expect(answer.bounds.high).toBeLessThan(0.79);
  });

  it("bounds that see nothing are the range", () => {
    const rows = Array.from({ length: 50 }, (): LoggedRow => ({ actions: changed, chosen: 0, reward: 1 }));
    expect(evaluatePolicy(rows, { range: { low: -1, high: 1 }, fit: armMeans })).toMatchObject({ kind: "no_overlap", bounds: { low: -1, high: 1, unseen: 1 } });
  });

  it("refuses a handful of heavy rows, and says so by the size that they are worth", () => {
    const rare: LoggedRow["actions"] = [{ arm: 0, logged: { numerator: 99, denominator: 100 }, target: never }, { arm: 1, logged: { numerator: 1, denominator: 100 }, target: always }];
    const rows = Array.from({ length: 500 }, (_row, at): LoggedRow => ({ actions: rare, chosen: at % 100 === 0 ? 1 : 0, reward: 1 }));
    expect(evaluatePolicy(rows, { range: RANGE, fit: armMeans })).toMatchObject({ kind: "no_overlap", reason: "effective_size", overlap: { largestWeight: 100, expectedSize: 5, effectiveSize: 5 }, bounds: { low: 0, high: 1, unseen: 1 } });
  });

  it("refuses an empty log", () => {
    expect(evaluatePolicy([], { range: RANGE, fit: armMeans })).toMatchObject({ kind: "no_overlap", reason: "no_rows", bounds: { low: 0, high: 1 } });
  });

  it("takes as much unseen mass as it is told it may, and only then", () => {
    const actions: LoggedRow["actions"] = [{ arm: 0, logged: always, target: half }, { arm: 1, logged: never, target: half }];
    const rows = Array.from({ length: 50 }, (): LoggedRow => ({ actions, chosen: 0, reward: 1 }));
    expect(evaluatePolicy(rows, { range: RANGE, fit: armMeans, floors: { uncovered: 0.4 } }).kind).toBe("no_overlap");
    expect(evaluatePolicy(rows, { range: RANGE, fit: armMeans, floors: { uncovered: 0.5 } }).kind).toBe("estimated");
  });
});

describe("what is no log", () => {
  const actions: LoggedRow["actions"] = [{ arm: 0, logged: always, target: always }, { arm: 1, logged: never, target: never }];
  const asked = (row: LoggedRow): unknown => evaluatePolicy([row], { range: RANGE, fit: armMeans });

  it.each([
    ["an action that could not be taken", { actions, chosen: 1, reward: 0 }],
    ["an action that was not open", { actions, chosen: 2, reward: 0 }],
    ["a reward outside the range", { actions, chosen: 0, reward: 1.5 }],
    ["a reward that is no number", { actions, chosen: 0, reward: Number.NaN }],
    ["chances that do not sum to 1", { actions: [{ arm: 0, logged: always, target: { numerator: 1, denominator: 3 } }], chosen: 0, reward: 0 }],
  ])("refuses %s", (_words, row) => {
    expect(() => asked(row)).toThrow(expect.objectContaining({ code: "InvalidOutcomes" }));
  });

  it("refuses a chance that is no fraction, and a range without a width", () => {
    expect(() => asked({ actions: [{ arm: 0, logged: { numerator: 3, denominator: 2 }, target: always }], chosen: 0, reward: 0 })).toThrow(expect.objectContaining({ code: "NumberOutOfRange" }));
    expect(() => evaluatePolicy([{ actions, chosen: 0, reward: 1 }], { range: { low: 1, high: 1 }, fit: armMeans })).toThrow(expect.objectContaining({ code: "InvalidOutcomes" }));
  });
});
