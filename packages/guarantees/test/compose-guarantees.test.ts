import { MICRO, canonicalJson, digest, isCaioError, type JsonValue } from "@caio/core";
import { toWire, type Guarantee } from "@caio/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { composeGuarantees, fallback, par, retry, seq, type Composition, type Rows } from "../src/index.ts";
import { leaf, plans } from "./support/plans.ts";

const latency = (maxUs: number, coveragePpm: number): Guarantee => ({ property: "latency", coveragePpm, bound: { maxUs } });
const atLeast = (property: string, minMicros: number, coveragePpm = MICRO): Guarantee => ({
  property,
  coveragePpm,
  bound: { minMicros },
});
const rowsOf = (plan: Composition, independent: string[][] = []): Rows => composeGuarantees(plan, { independent }).rows;

const a = leaf("a", {
  promises: [latency(100, 950_000), latency(300, 990_000), atLeast("availability", 995_000), atLeast("accuracy", 900_000)],
});
const b = leaf("b", { promises: [latency(200, 990_000), atLeast("availability", 990_000), atLeast("b_accuracy", 950_000)] });

describe("the table of calculus §7", () => {
  it("seq: bounds and tails add, two p99 steps promise p98", () => {
    const rows = rowsOf(seq(a, b));
    expect(rows.latency.bounds).toEqual([
      { boundUs: 300, coveragePpm: 940_000 },
      { boundUs: 500, coveragePpm: 980_000 },
      { boundUs: 1200, coveragePpm: 990_000 },
      { boundUs: 2000, coveragePpm: MICRO },
    ]);
    // â = 0.995 − 0.01 and 0.99 − 0.01
    expect(rows.availabilityMicros).toBe(985_000 + 980_000 - MICRO);
    expect(rows.accuracy).toEqual({ accuracy: { micros: 850_000, conditional: false } });
    expect(rows.costMicros).toBe(20);
  });

  it("par: the larger bound", () => {
    const rows = rowsOf(par(a, b));
    expect(rows.latency.bounds[0]).toEqual({ boundUs: 200, coveragePpm: 940_000 });
    expect(rows.deadlineUs).toBe(1000);
  });

  it("fallback: the first may use up its timeout", () => {
    const rows = rowsOf(fallback(a, b));
    expect(rows.latency.bounds).toEqual([
      { boundUs: 1200, coveragePpm: 990_000 },
      { boundUs: 2000, coveragePpm: MICRO },
    ]);
    expect(rows.availabilityMicros).toBe(985_000);
    expect(rows.deterministic).toBe(false);
  });

  it("retry: n tails, unless promised per answered call", () => {
    expect(rowsOf(retry(a, 2, 50)).latency.bounds).toEqual([
      { boundUs: 1150, coveragePpm: 900_000 },
      { boundUs: 1350, coveragePpm: 980_000 },
      { boundUs: 2050, coveragePpm: MICRO },
    ]);
    const sure = rowsOf(retry({ ...a, conditional: ["accuracy", "latency"] }, 2, 50));
    expect(sure.latency.bounds[0]).toEqual({ boundUs: 1150, coveragePpm: 950_000 });
    expect(sure.accuracy["accuracy"]).toEqual({ micros: 900_000, conditional: true });
    expect(rowsOf(retry(a, 2)).accuracy["accuracy"]).toEqual({ micros: 800_000, conditional: false });
    expect(rowsOf(retry(a, 20)).accuracy).toEqual({});
    expect(rowsOf(retry(a, 3)).costMicros).toBe(30);
  });

  it("a bound above the timeout counts as the timeout, and availability has nothing to stand on", () => {
    const slow = leaf("s", { timeoutUs: 50, promises: [latency(100, 950_000), atLeast("availability", 999_000)] });
    const { latency: promised, availabilityMicros } = rowsOf(slow);
    expect(promised.bounds).toEqual([{ boundUs: 50, coveragePpm: MICRO }]);
    expect(availabilityMicros).toBe(0);
    expect(composeGuarantees(slow, { independent: [] }).guarantees).not.toContainEqual(
      expect.objectContaining({ property: "availability" }),
    );
  });

  it("tails that reach 1 promise nothing and are dropped", () => {
    const half = leaf("h", { promises: [latency(10, 500_000)] });
    expect(rowsOf(seq(half, half)).latency.bounds.map(({ boundUs }) => boundUs)).toEqual([1010, 2000]);
  });

  it("an overall deadline cuts what is late", () => {
    const { rows } = composeGuarantees(seq(a, b), { independent: [], deadlineUs: 600 });
    expect(rows.latency.bounds.at(-1)).toEqual({ boundUs: 600, coveragePpm: MICRO });
    expect(rows.availabilityMicros).toBe(965_000 - 20_000);
  });

  it("throughput: the least, over how often a shared service is used", () => {
    const fast = leaf("f", { promises: [atLeast("tokens_per_second", 40_000_001, 990_000)] });
    const slow = leaf("s", { promises: [atLeast("tokens_per_second", 30_000_000)] });
    const promised = (plan: Composition) =>
      composeGuarantees(plan, { independent: [] }).guarantees.find(({ property }) => property === "tokens_per_second");
    expect(promised(seq(fast, slow))).toEqual(atLeast("tokens_per_second", 30_000_000, 990_000));
    expect(promised(seq(retry(fast, 2), slow, fast))).toEqual(atLeast("tokens_per_second", 13_333_333, 970_000));
    expect(promised(seq(fast, a))).toBeUndefined();
  });

  it("flags: and, worst, longest, highest", () => {
    const far = leaf("far", {
      encryption: "in_transit",
      compliance: ["hipaa"],
      locality: "external",
      retention: "days:30",
      requiredTrust: 8,
      deterministic: false,
    });
    expect(rowsOf(seq(a, far))).toMatchObject({
      encryption: "in_transit",
      compliance: [],
      locality: "external",
      retention: "days:30",
      requiredTrust: 8,
      deterministic: false,
    });
    const atRest = leaf("r", { encryption: "at_rest" });
    expect(rowsOf(par(far, atRest)).encryption).toBe("some");
    expect(rowsOf(fallback(leaf("x", { equivalence: "v1" }), leaf("y", { equivalence: "v1" }))).deterministic).toBe(true);
  });

  it("silence composes to silence", () => {
    expect(rowsOf(seq(a, leaf("s", { costMicros: null }))).costMicros).toBeNull();
    expect(composeGuarantees(leaf("s"), { independent: [] }).guarantees).toEqual([
      latency(1000, MICRO),
      atLeast("deterministic_output", MICRO),
    ]);
    // A ratio that only holds with some coverage is not one.
    expect(rowsOf(leaf("s", { promises: [atLeast("accuracy", 900_000, 990_000)] })).accuracy).toEqual({});
  });

  it("another duration is no latency", () => {
    const quick = leaf("q", { promises: [{ ...latency(5, MICRO), property: "time_to_first_token" }] });
    expect(rowsOf(quick).latency.bounds).toEqual([{ boundUs: 1000, coveragePpm: MICRO }]);
  });

  it("names like those of Object.prototype are names", () => {
    const odd = leaf("constructor", { promises: [atLeast("tokens_per_second", 5)] });
    expect(rowsOf(seq(odd, odd)).throughput["tokens_per_second"]?.services["constructor"]).toEqual({ micros: 5, uses: 2 });
  });
});

describe("the derivation", () => {
  it("is canonical JSON, equal for equal plans, and says how every row came about", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const one = composeGuarantees(plan, { independent: [["a", "b"]] });
        const two = composeGuarantees(plan, { independent: [["a", "b"]] });
        expect(canonicalJson(toWire(one))).toBe(canonicalJson(toWire(two)));
        const rows = one.derivation.filter(({ node }) => node === "plan").map(({ row }) => row);
        expect(rows).toEqual(expect.arrayContaining(["latency", "accuracy", "undetected_error", "throughput", "cost"]));
      }),
      { numRuns: 100 },
    );
  });

  it("takes every operand from a leaf or from an earlier step", () => {
    const { derivation } = composeGuarantees(seq(a, par(b, a)), { independent: [] });
    const known = new Map<string, JsonValue>();
    for (const { node, row, rule, operands, result } of derivation) {
      known.set(`${node} ${row}`, result);
      if (!Array.isArray(operands) || rule === "leaf" || rule === "in-time" || row === "flags") continue;
      const children = [0, 1].map((child) => known.get(`${node}.${String(child)}`.concat(" ", row)));
      expect(digest(operands)).toBe(digest(children.map((value) => value ?? null)));
    }
    expect(known.size).toBeGreaterThan(30);
  });
});

describe("plans that are refused", () => {
  it.each<[string, () => unknown]>([
    ["no step", () => seq()],
    ["no attempts", () => retry(a, 0)],
    ["too many attempts", () => retry(a, 101)],
    ["half an attempt", () => retry(a, 1.5)],
    ["a negative pause", () => retry(a, 2, -1)],
    ["no timeout", () => rowsOf(leaf("x", { timeoutUs: 0 }))],
    ["a negative cost", () => rowsOf(leaf("x", { costMicros: -1 }))],
    ["too large a plan", () => rowsOf(seq(...Array.from({ length: 300 }, () => a)))],
    ["a deadline of zero", () => composeGuarantees(a, { independent: [], deadlineUs: 0 })],
  ])("%s", (_name, build) => {
    let error: unknown;
    try {
      build();
    } catch (thrown) {
      error = thrown;
    }
    expect(isCaioError(error, "InvalidPlan")).toBe(true);
  });

  it("sums past 2^53 − 1", () => {
    const long = leaf("x", { timeoutUs: Number.MAX_SAFE_INTEGER });
    expect(() => rowsOf(seq(long, long))).toThrow(expect.objectContaining({ code: "NumberOutOfRange" }));
  });
});
