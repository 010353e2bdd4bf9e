import { MICRO } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { composeGuarantees, fallback, seq, type Composition } from "../src/index.ts";
import { attemptsOf, type JointWorld, type Outcome } from "./support/joint-world.ts";
import { runPlan } from "./support/plan-run.ts";
import { leaf, plans } from "./support/plans.ts";
import { withTruePromises } from "./support/true-promises.ts";

const services = ["a", "b", "c", "d"] as const;
const SIDE = 3;

/** A product space: one small space per service, so that services are independent and attempts of one are not. */
function productWorlds(tree: Composition): fc.Arbitrary<JointWorld> {
  const attempts = attemptsOf(tree);
  const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: SIDE, maxLength: SIDE });
  const faces = fc.record({ answers: fc.boolean(), slow: fc.nat({ max: 2 }), wrong: fc.boolean() });
  return fc
    .record({
      sides: fc.tuple(weights, weights, weights, weights),
      outcomes: fc.array(fc.array(faces, { minLength: SIDE, maxLength: SIDE }), {
        minLength: attempts.length,
        maxLength: attempts.length,
      }),
    })
    .map(({ sides, outcomes }) => {
      const points = Array.from({ length: SIDE ** services.length }, (_, point) =>
        services.map((_service, axis) => Math.floor(point / SIDE ** axis) % SIDE),
      );
      const at = (index: number, timeoutUs: number, side: number): Outcome => {
        const face = outcomes[index]?.[side] ?? { answers: false, slow: 0, wrong: false };
        const timeUs = [Math.ceil(timeoutUs / 10), Math.ceil((timeoutUs * 6) / 10), timeoutUs + 1][face.slow] ?? 0;
        return { answers: face.answers, timeUs, wrong: face.wrong };
      };
      return {
        weights: points.map((point) => point.reduce((product, side, axis) => product * (sides[axis]?.[side] ?? 0), 1)),
        outcomes: new Map(
          attempts.map(({ place, serviceId, timeoutUs }, index): [string, Outcome[]] => {
            const axis = services.findIndex((service) => service === serviceId);
            return [place, points.map((point) => at(index, timeoutUs, point[axis] ?? 0))];
          }),
        ),
      };
    });
}

describe("products for services declared independent", () => {
  it("hold in every product distribution", () => {
    const cases = plans
      .filter((tree) => attemptsOf(tree).length <= 8)
      .chain((tree) => fc.record({ plan: fc.constant(tree), world: productWorlds(tree) }));
    fc.assert(
      fc.property(cases, ({ plan, world }) => {
        const promised = withTruePromises(plan, world, () => "potential");
        const { rows } = composeGuarantees(promised, { independent: [services] });
        const all = world.weights.map((weight, point) => ({ weight, end: runPlan(plan, world, point) }));
        const weigh = (holds: (end: (typeof all)[number]["end"]) => boolean): bigint =>
          all.reduce((sum, { weight, end }) => sum + (holds(end) ? BigInt(weight) : 0n), 0n);
        const total = weigh(() => true);
        const answered = weigh((end) => end.answered);
        const wrong = weigh((end) => end.answered && end.wrong);
        const micro = BigInt(MICRO);
        expect(answered * micro >= BigInt(rows.availabilityMicros) * total, "availability").toBe(true);
        expect((total - answered) * micro <= BigInt(rows.detectedErrorMicros) * total, "detected").toBe(true);
        expect(wrong * micro <= BigInt(rows.undetectedError.micros) * total, "undetected").toBe(true);
        for (const { micros } of Object.values(rows.accuracy)) {
          expect(wrong * micro <= BigInt(MICRO - micros) * total, "accuracy").toBe(true);
        }
        for (const { boundUs, coveragePpm } of rows.latency.bounds) {
          const late = weigh((end) => end.answered && end.timeUs > boundUs);
          expect(late * micro <= BigInt(MICRO - coveragePpm) * total, `latency ${String(boundUs)}`).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  const available = (serviceId: string, micros: number) =>
    leaf(serviceId, {
      promises: [
        { property: "availability", coveragePpm: MICRO, bound: { minMicros: micros } },
        { property: "latency", coveragePpm: MICRO, bound: { maxUs: 10 } },
      ],
    });
  const availability = (plan: Composition, independent: string[][]) =>
    composeGuarantees(plan, { independent }).rows.availabilityMicros;

  it("are used only within one declared set, and round down", () => {
    const plan = seq(available("a", 900_001), available("b", 800_001));
    expect(availability(plan, [["a", "b", "c"]])).toBe(720_001);
    expect(availability(plan, [["a", "c"], ["b", "c"]])).toBe(700_002);
    expect(availability(plan, [])).toBe(700_002);
    expect(availability(fallback(available("a", 900_001), available("b", 800_001)), [["a", "b"]])).toBe(980_000);
  });

  it("are never used for a service with itself", () => {
    expect(availability(seq(available("a", 900_000), available("a", 900_000)), [["a", "b"]])).toBe(800_000);
  });
});
