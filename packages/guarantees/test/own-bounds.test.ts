import { MICRO } from "@caio/core";
import { propertyCatalogue, type Bound, type Guarantee } from "@caio/contracts";
import { describe, expect, it } from "vitest";

import { composeGuarantees, fallback, par, retry, seq } from "../src/index.ts";
import { ownGuarantee, ownOfLeaf, ownOfPair, ownOfRetry, ownProperties, type OwnProperty } from "../src/composition/rows/own-property.ts";
import { rowOf } from "../src/composition/rows/property-row.ts";
import { leaf } from "./support/plans.ts";

const own = (change: Partial<OwnProperty> = {}): OwnProperty => ({
  name: "carbon",
  unit: "micros",
  direction: "lower",
  ratio: false,
  row: { seq: "sum", par: "max", fallback: "min", retry: "times" },
  defaultCoveragePpm: MICRO,
  spellings: [],
  ...change,
});
const promise = (bound: Bound, coveragePpm = MICRO, property = "carbon"): Guarantee => ({ property, coveragePpm, bound });

describe("what an attempt promises of a property with an algebra of its own", () => {
  const lower = (...promises: readonly Guarantee[]): unknown => ownOfLeaf(promises, own());
  const higher = (...promises: readonly Guarantee[]): unknown => ownOfLeaf(promises, own({ direction: "higher" }));

  it("is the good end of the bound, in the property's unit", () => {
    const both: Bound = { minMicros: 3, maxMicros: 5 };
    const times: Bound = { minUs: 3, maxUs: 5 };
    expect([lower(promise(both)), higher(promise(both))]).toEqual([{ bound: 5, tailPpm: 0 }, { bound: 3, tailPpm: 0 }]);
    expect([lower(promise({ minMicros: 3 })), higher(promise({ maxMicros: 3 })), lower(promise(times)), higher(promise(times))]).toEqual([undefined, undefined, undefined, undefined]);
    const [soon, late] = [own({ unit: "us" }), own({ unit: "us", direction: "higher" })];
    expect([ownOfLeaf([promise(times)], soon), ownOfLeaf([promise(times)], late), ownOfLeaf([promise({ minUs: 3 })], soon), ownOfLeaf([promise({ maxUs: 3 })], late), ownOfLeaf([promise(both)], soon)]).toEqual([{ bound: 5, tailPpm: 0 }, { bound: 3, tailPpm: 0 }, undefined, undefined, undefined]);
  });

  it("is of several that of the greatest coverage, and of those the tightest", () => {
    const [wide, loose, tight] = [promise({ minMicros: 9, maxMicros: 1 }, 900_000), promise({ minMicros: 4, maxMicros: 7 }, 990_000), promise({ minMicros: 6, maxMicros: 5 }, 990_000)];
    for (const order of [[wide, loose, tight], [tight, loose, wide], [loose, tight, wide], [tight, wide, loose]]) {
      expect(lower(...order)).toEqual({ bound: 5, tailPpm: 10_000 });
      expect(higher(...order)).toEqual({ bound: 6, tailPpm: 10_000 });
    }
  });

  it("is nothing of another property, and of numbers that are none", () => {
    expect(lower(promise({ maxMicros: 5 }, MICRO, "other"))).toBeUndefined();
    for (const wrong of [promise({ maxMicros: -1 }), promise({ maxMicros: 0.5 }), promise({ maxMicros: 5 }, 0), promise({ maxMicros: 5 }, 0.5), promise({ maxMicros: 5 }, MICRO + 1)]) expect(lower(wrong)).toBeUndefined();
    expect([lower(promise({ maxMicros: 0 })), lower(promise({ maxMicros: 5 }, 1))]).toEqual([{ bound: 0, tailPpm: 0 }, { bound: 5, tailPpm: MICRO - 1 }]);
  });
});

describe("what plans promise of it", () => {
  const [five, three] = [{ bound: 5, tailPpm: 600_000 }, { bound: 3, tailPpm: 500_000 }];

  it("is joined as the algebra says, and tails add up to 1 at most", () => {
    expect((["seq", "par", "fallback", "checked"] as const).map((kind) => ownOfPair(kind, five, three, own()))).toEqual([
      { rule: "sum", result: { bound: 8, tailPpm: MICRO } },
      { rule: "max", result: { bound: 5, tailPpm: MICRO } },
      { rule: "min", result: { bound: 3, tailPpm: MICRO } },
      { rule: "sum", result: { bound: 8, tailPpm: MICRO } },
    ]);
    expect([ownOfRetry(five, 3, own()), ownOfRetry({ ...five, tailPpm: 1_000 }, 3, own({ row: { seq: "sum", par: "max", fallback: "min", retry: "same" } }))]).toEqual([
      { rule: "times", result: { bound: 15, tailPpm: MICRO } },
      { rule: "same", result: { bound: 5, tailPpm: 3_000 } },
    ]);
  });

  it("is a guarantee in the property's unit, and none where its tail is everything", () => {
    const of = (change: Partial<OwnProperty>): unknown => ownGuarantee({ bound: 5, tailPpm: 10_000 }, own(change))?.bound;
    expect([of({}), of({ direction: "higher" }), of({ unit: "us" }), of({ unit: "us", direction: "higher" })]).toEqual([{ maxMicros: 5 }, { minMicros: 5 }, { maxUs: 5 }, { minUs: 5 }]);
    expect(ownGuarantee({ bound: 5, tailPpm: 10_000 }, own())).toEqual(promise({ maxMicros: 5 }, 990_000));
    expect([ownGuarantee({ bound: 5, tailPpm: MICRO }, own()), ownGuarantee({ bound: 5, tailPpm: MICRO - 1 }, own())?.coveragePpm]).toEqual([undefined, 1]);
  });

  it("is of those properties of the catalogue alone that have an algebra of their own", () => {
    expect(ownProperties([...propertyCatalogue, own()])).toEqual([own()]);
    expect([ownProperties(), ownProperties(propertyCatalogue)]).toEqual([[], []]);
    expect([rowOf("carbon", [own()]), rowOf("latency"), rowOf("time_to_first_token"), rowOf("nothing")]).toEqual([undefined, "latency", undefined, undefined]);
  });

  it("is noted with what it was made of, and left out where a part does not promise it", () => {
    const of = (id: string, ...promises: readonly Guarantee[]): ReturnType<typeof leaf> => leaf(id, { promises });
    const terms = { independent: [], catalogue: [...propertyCatalogue, own()] };
    const [a, b] = [of("a", promise({ maxMicros: 5 }), promise({ maxMicros: 9 }, MICRO, "other")), of("b", promise({ maxMicros: 3 }))];
    const { derivation, rows } = composeGuarantees(retry(seq(a, b), 2), terms);
    expect(rows.own).toEqual({ carbon: { bound: 16, tailPpm: 0 } });
    expect(derivation.filter(({ row }) => row === "carbon").map(({ node, rule, operands }) => [node, rule, operands])).toEqual([
      ["plan.0.0", "leaf", [{ property: "carbon", coverage_ppm: MICRO, bound: { max_micros: 5 } }]],
      ["plan.0.1", "leaf", [{ property: "carbon", coverage_ppm: MICRO, bound: { max_micros: 3 } }]],
      ["plan.0", "seq.sum", [{ bound: 5, tail_ppm: 0 }, { bound: 3, tail_ppm: 0 }]],
      ["plan", "retry.times", [{ bound: 8, tail_ppm: 0 }, { attempts: 2 }]],
    ]);
    for (const plan of [of("c"), par(of("c"), b), par(a, of("c")), fallback(of("c"), of("d")), retry(of("c"), 2)]) {
      const { guarantees, rows: { own: left } } = composeGuarantees(plan, terms);
      expect(guarantees.map(({ property }) => property).filter((name) => name !== "deterministic_output")).toEqual(["latency"]);
      expect(Object.keys(left)).toEqual([]);
    }
  });
});
