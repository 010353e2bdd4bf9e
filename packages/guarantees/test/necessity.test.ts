import { MICRO, mulDiv } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { composeGuarantees, fallback, par, retry, seq, type Composition, type Rows } from "../src/index.ts";
import { jointWorlds, type JointWorld } from "./support/joint-world.ts";
import { runPlan, type RunEnd } from "./support/plan-run.ts";
import { leaf } from "./support/plans.ts";
import { withTruePromises, type Standing } from "./support/true-promises.ts";

/** The rows of one attempt, and the availability that its contract declares. */
type Part = Rows & { readonly declared: number };
type Parts = readonly [first: Part, second: Part];

/** A claim that is easily made and does not hold: how often it must hold, of which runs, at least. */
interface Unsound {
  readonly name: string;
  readonly plan: Composition;
  readonly standing: Standing;
  /** The least share of runs (micros) that the unsound rule promises, and which runs it means. */
  readonly claim: (parts: Parts) => { micros: number; holds: (end: RunEnd) => boolean };
}

const a = leaf("a");
const b = leaf("b");

function bound(rows: Rows): { boundUs: number; coveragePpm: number } {
  return rows.latency.bounds.find(({ boundUs }) => boundUs === 100) ?? { boundUs: 100, coveragePpm: 0 };
}

function accuracyOf(rows: Rows): number {
  return rows.accuracy["accuracy"]?.micros ?? 0;
}

const right = (end: RunEnd): boolean => !(end.answered && end.wrong);
const answered = (end: RunEnd): boolean => end.answered;
const within = (limitUs: number) => (end: RunEnd) => !(end.answered && end.timeUs > limitUs);

const unsound: readonly Unsound[] = [
  {
    name: "seq: latency bounds add and the coverage stays",
    plan: seq(a, b),
    standing: "potential",
    claim: ([x, y]) => ({ micros: Math.min(bound(x).coveragePpm, bound(y).coveragePpm), holds: within(200) }),
  },
  {
    name: "par: the larger bound at the lesser coverage",
    plan: par(a, b),
    standing: "potential",
    claim: ([x, y]) => ({ micros: Math.min(bound(x).coveragePpm, bound(y).coveragePpm), holds: within(100) }),
  },
  {
    name: "seq: coverages multiply without independence",
    plan: seq(a, b),
    standing: "potential",
    claim: ([x, y]) => ({ micros: mulDiv(bound(x).coveragePpm, bound(y).coveragePpm, MICRO, "down"), holds: within(200) }),
  },
  {
    name: "seq: the lesser accuracy",
    plan: seq(a, b),
    standing: "potential",
    claim: ([x, y]) => ({ micros: Math.min(accuracyOf(x), accuracyOf(y)), holds: right }),
  },
  {
    name: "seq: accuracies multiply without independence",
    plan: seq(a, b),
    standing: "potential",
    claim: ([x, y]) => ({ micros: mulDiv(accuracyOf(x), accuracyOf(y), MICRO, "down"), holds: right }),
  },
  {
    name: "seq: availabilities multiply without independence",
    plan: seq(a, b),
    standing: "potential",
    claim: ([x, y]) => ({ micros: mulDiv(x.availabilityMicros, y.availabilityMicros, MICRO, "down"), holds: answered }),
  },
  {
    name: "fallback: failures multiply without independence",
    plan: fallback(a, b),
    standing: "potential",
    claim: ([x, y]) => ({
      micros: MICRO - mulDiv(MICRO - x.availabilityMicros, MICRO - y.availabilityMicros, MICRO, "up"),
      holds: answered,
    }),
  },
  {
    name: "fallback: the lesser accuracy although neither holds per answered call",
    plan: fallback(a, b),
    standing: "potential",
    claim: ([x, y]) => ({ micros: Math.min(accuracyOf(x), accuracyOf(y)), holds: right }),
  },
  {
    name: "retry: the accuracy of one attempt although it holds only on average",
    plan: retry(a, 2),
    standing: "potential",
    claim: ([x]) => ({ micros: accuracyOf(x), holds: right }),
  },
  {
    name: "retry: the tail of one attempt although it holds only on average",
    plan: retry(a, 2),
    standing: "average",
    claim: ([x]) => ({ micros: bound(x).coveragePpm, holds: within(1100) }),
  },
  {
    name: "seq: availability without regard to the timeouts",
    plan: seq(a, b),
    standing: "potential",
    claim: ([x, y]) => ({ micros: Math.max(0, x.declared + y.declared - MICRO), holds: answered }),
  },
];

function partsOf(plan: Composition): Parts {
  const rows = (part: Composition): Part => {
    const declared = part.kind === "leaf" ? part.promises.find(({ property }) => property === "availability") : undefined;
    return {
      ...composeGuarantees(part, { independent: [] }).rows,
      declared: declared !== undefined && "minMicros" in declared.bound ? (declared.bound.minMicros ?? 0) : 0,
    };
  };
  if (plan.kind === "leaf") return [rows(plan), rows(plan)];
  return plan.kind === "retry" ? [rows(plan.child), rows(plan.child)] : [rows(plan.first), rows(plan.second)];
}

function breaks({ plan, standing, claim }: Unsound, world: JointWorld): boolean {
  const promised = withTruePromises(plan, world, () => standing);
  const { micros, holds } = claim(partsOf(promised));
  const total = world.weights.reduce((sum, weight) => sum + weight, 0);
  const kept = world.weights.reduce((sum, weight, point) => sum + (holds(runPlan(plan, world, point)) ? weight : 0), 0);
  return kept * MICRO < micros * total;
}

describe("rules that look sound are broken by worlds of the same generator", () => {
  it.each(unsound)("$name", (rule) => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const broken = seeds.some((seed) =>
      fc.sample(jointWorlds(rule.plan), { numRuns: 20, seed }).some((world) => breaks(rule, world)),
    );
    expect(broken).toBe(true);
  });
});

describe("the sound bounds are attained, so none can be better", () => {
  const weights = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
  const fails = (...points: number[]) => weights.map((_, point) => ({ answers: !points.includes(point), timeUs: 1, wrong: false }));
  const share = (plan: Composition, world: JointWorld): number =>
    (weights.filter((_, point) => runPlan(plan, world, point).answered).length * MICRO) / weights.length;
  const composed = (plan: Composition, world: JointWorld): number =>
    composeGuarantees(withTruePromises(plan, world, () => "potential"), { independent: [] }).rows.availabilityMicros;

  it("Fréchet's lower bound, by failures that exclude each other", () => {
    const plan = seq(a, b);
    const world = { weights, outcomes: new Map([["plan.0", fails(0, 1, 2)], ["plan.1", fails(3, 4)]]) };
    expect(composed(plan, world)).toBe(500_000);
    expect(share(plan, world)).toBe(500_000);
  });

  it("the better of two alternatives, by failures that meet", () => {
    const plan = fallback(a, b);
    const world = { weights, outcomes: new Map([["plan.0", fails(0, 1, 2)], ["plan.1", fails(1, 2)]]) };
    expect(composed(plan, world)).toBe(800_000);
    expect(share(plan, world)).toBe(800_000);
  });
});
