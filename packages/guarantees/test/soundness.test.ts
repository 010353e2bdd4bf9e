import { MICRO } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { composeGuarantees, type Composition, type Rows } from "../src/index.ts";
import { attemptsOf, jointWorlds, type JointWorld } from "./support/joint-world.ts";
import { runPlan, type RunEnd } from "./support/plan-run.ts";
import { plans } from "./support/plans.ts";
import { withTruePromises, type Standing } from "./support/true-promises.ts";

interface Case {
  readonly plan: Composition;
  readonly world: JointWorld;
}

/** Plans with a world each; plans of very many attempts are left out for time. */
const cases = plans
  .filter((tree) => attemptsOf(tree).length <= 24)
  .chain((tree) => fc.record({ plan: fc.constant(tree), world: jointWorlds(tree) }));

function standings(fallbackStanding: Standing): fc.Arbitrary<Record<string, Standing>> {
  const standing = fc.constantFrom<Standing>(fallbackStanding, "conditional");
  return fc.record({ a: standing, b: standing, c: standing, d: standing });
}

function ends({ plan, world }: Case, deadlineUs = Number.POSITIVE_INFINITY): { weight: number; end: RunEnd }[] {
  return world.weights.map((weight, point) => {
    const end = runPlan(plan, world, point);
    return { weight, end: { ...end, answered: end.answered && end.timeUs <= deadlineUs } };
  });
}

/** Checks every number of the promise against the whole space, in integers. */
function expectSound(rows: Rows, all: readonly { weight: number; end: RunEnd }[]): void {
  const weigh = (holds: (end: RunEnd) => boolean): number =>
    all.reduce((sum, { weight, end }) => sum + (holds(end) ? weight : 0), 0);
  const total = weigh(() => true);
  const answered = weigh((end) => end.answered);
  const wrong = weigh((end) => end.answered && end.wrong);
  expect(answered * MICRO, "availability").toBeGreaterThanOrEqual(rows.availabilityMicros * total);
  expect((total - answered) * MICRO, "detected").toBeLessThanOrEqual(rows.detectedErrorMicros * total);
  for (const { boundUs, coveragePpm } of rows.latency.bounds) {
    const late = weigh((end) => end.answered && end.timeUs > boundUs);
    const base = rows.latency.conditional ? answered : total;
    expect(late * MICRO, `latency ${String(boundUs)}`).toBeLessThanOrEqual((MICRO - coveragePpm) * base);
  }
  for (const { micros, conditional } of Object.values(rows.accuracy)) {
    expect(wrong * MICRO, "accuracy").toBeLessThanOrEqual((MICRO - micros) * (conditional ? answered : total));
  }
  const { micros, conditional } = rows.undetectedError;
  expect(wrong * MICRO, "undetected").toBeLessThanOrEqual(micros * (conditional ? answered : total));
  expect(Math.max(...all.map(({ end }) => end.timeUs)), "deadline").toBeLessThanOrEqual(rows.deadlineUs);
}

describe("composed promises hold in every joint distribution", () => {
  it.each<Standing>(["potential", "average"])("for promises that are %s or conditional", (standing) => {
    fc.assert(
      fc.property(cases, standings(standing), (each, chosen) => {
        const promised = withTruePromises(each.plan, each.world, ({ serviceId }) => chosen[serviceId] ?? standing);
        expectSound(composeGuarantees(promised, { independent: [] }).rows, ends(each));
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  it("under an overall deadline", () => {
    fc.assert(
      fc.property(cases, standings("potential"), fc.integer({ min: 1, max: 3000 }), (each, chosen, deadlineUs) => {
        const promised = withTruePromises(each.plan, each.world, ({ serviceId }) => chosen[serviceId] ?? "potential");
        const { rows } = composeGuarantees(promised, { independent: [], deadlineUs });
        expectSound({ ...rows, deadlineUs: Number.POSITIVE_INFINITY }, ends(each, deadlineUs));
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
