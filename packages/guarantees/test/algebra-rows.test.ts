import { MICRO } from "@caio/core";
import type { Guarantee, ServiceContract } from "@caio/contracts";
import { describe, expect, it } from "vitest";

import { checked, composeGuarantees, fallback, leafOf, par, retry, seq, type Composition, type Leaf, type Rows } from "../src/index.ts";
import { leaf } from "./support/plans.ts";

const upTo = (property: string, maxMicros: number, coveragePpm = MICRO): Guarantee => ({ property, coveragePpm, bound: { maxMicros } });
const atLeast = (property: string, minMicros: number, coveragePpm = MICRO): Guarantee => ({ property, coveragePpm, bound: { minMicros } });
const latency = (maxUs: number, coveragePpm: number): Guarantee => ({ property: "latency", coveragePpm, bound: { maxUs } });

// â = 0.99 − 0.05 and 0.98 − 0.01; detected errors 0.03 + 0.05 and 0.005 + 0.01.
const x = leaf("x", {
  promises: [latency(100, 950_000), atLeast("availability", 990_000), atLeast("accuracy", 900_000), upTo("undetected_error", 20_000), upTo("detected_error", 30_000), atLeast("tokens_per_second", 40_000_000)],
});
const y = leaf("y", {
  timeoutUs: 2_000,
  costMicros: 7,
  promises: [latency(300, 990_000), atLeast("availability", 980_000), atLeast("accuracy", 950_000), upTo("undetected_error", 10_000), upTo("detected_error", 5_000), atLeast("tokens_per_second", 30_000_000, 990_000)],
});
const perAnswer = (one: Leaf): Leaf => ({ ...one, conditional: ["accuracy", "latency", "undetected_error"] });
const declared = [["x", "y"]];

/** What a plan promises in numbers: latency bounds as [bound, coverage], then the ratios. */
function numbersOf(plan: Composition, independent: readonly (readonly string[])[] = [], deadlineUs?: number): unknown {
  const { rows } = composeGuarantees(plan, { independent, ...(deadlineUs === undefined ? {} : { deadlineUs }) });
  const { latency: { bounds }, deadlineUs: within, availabilityMicros, accuracy, undetectedError, detectedErrorMicros, costMicros } = rows;
  return {
    latency: bounds.map(({ boundUs, coveragePpm }) => [boundUs, coveragePpm]),
    deadline: within,
    available: availabilityMicros,
    accurate: accuracy["accuracy"]?.micros,
    undetected: undetectedError.micros,
    detected: detectedErrorMicros,
    cost: costMicros,
  };
}

describe("the numbers of calculus §7", () => {
  const one = { available: 940_000, accurate: 900_000, undetected: 20_000, detected: 80_000, cost: 10 };
  const both = { deadline: 3_000, available: 910_000, accurate: 850_000, undetected: 30_000, detected: 95_000, cost: 17 };
  const product = { available: 911_800, accurate: 855_000, undetected: 29_800, detected: 93_800 };
  const added = [[400, 940_000], [1_300, 990_000], [3_000, MICRO]];
  const multiplied = [[400, 940_500], [1_300, 990_000], [3_000, MICRO]];

  it.each<[string, unknown, unknown]>([
    ["one attempt", numbersOf(x), { ...one, latency: [[100, 950_000], [1_000, MICRO]], deadline: 1_000 }],
    ["seq", numbersOf(seq(x, y)), { ...both, latency: added }],
    ["seq of independent services", numbersOf(seq(x, y), declared), { ...both, ...product, latency: multiplied }],
    ["par", numbersOf(par(x, y)), { ...both, latency: [[300, 940_000], [1_000, 990_000], [2_000, MICRO]], deadline: 2_000 }],
    ["par of independent services", numbersOf(par(x, y), declared), { ...both, ...product, latency: [[300, 940_500], [1_000, 990_000], [2_000, MICRO]], deadline: 2_000 }],
    ["fallback", numbersOf(fallback(x, y)), { ...both, latency: [[1_300, 990_000], [3_000, MICRO]], available: 970_000, detected: 15_000 }],
    ["fallback of independent services", numbersOf(fallback(x, y), declared), { ...both, latency: [[1_300, 990_000], [3_000, MICRO]], available: 998_200, detected: 1_200 }],
    ["fallback of what holds per answer", numbersOf(fallback(perAnswer(x), perAnswer(y))), { ...both, latency: [[1_300, 990_000], [3_000, MICRO]], available: 970_000, accurate: 900_000, undetected: 20_000, detected: 15_000 }],
    ["checked", numbersOf(checked(x, y)), { ...both, latency: added, available: 880_000, accurate: 900_000, undetected: 10_000, detected: 125_000 }],
    ["checked by an independent service", numbersOf(checked(x, y), declared), { ...both, latency: multiplied, available: 881_800, accurate: 900_000, undetected: 200, detected: 123_800 }],
    ["retry", numbersOf(retry(x, 3, 5)), { ...one, latency: [[2_110, 850_000], [3_010, MICRO]], deadline: 3_010, accurate: 700_000, undetected: 60_000, cost: 30 }],
    ["retry of what holds per answer", numbersOf(retry(perAnswer(x), 3, 5)), { ...one, latency: [[2_110, 950_000], [3_010, MICRO]], deadline: 3_010, cost: 30 }],
    ["an overall deadline", numbersOf(seq(x, y), [], 1_500), { ...both, latency: [[400, 940_000], [1_300, 990_000], [1_500, MICRO]], deadline: 1_500, available: 900_000, detected: 105_000 }],
    ["an overall deadline that is met anyway", numbersOf(seq(x, y), [], 3_000), { ...both, latency: added }],
    ["an overall deadline that nothing is promised within", numbersOf(seq(x, y), [], 399), { ...both, latency: [[399, MICRO]], deadline: 399, available: 0, detected: MICRO }],
  ])("%s", (_name, found, expected) => {
    expect(found).toEqual(expected);
  });

  it("of independent services are rounded so that nothing is promised that does not hold", () => {
    const odd = (id: string): Leaf => leaf(id, { promises: [latency(100, 999_999), atLeast("availability", 999_998), atLeast("accuracy", 999_999), upTo("undetected_error", 3), upTo("detected_error", 2)] });
    const both = [["p", "q"]];
    // â = 0.999997 and detected errors 3·10⁻⁶ of each.
    expect(numbersOf(seq(odd("p"), odd("q")), both)).toMatchObject({ latency: [[200, 999_998], [1_100, 999_999], [2_000, MICRO]], available: 999_994, accurate: 999_998, undetected: 6, detected: 6 });
    expect(numbersOf(fallback(odd("p"), odd("q")), both)).toMatchObject({ available: 999_999, detected: 1 });
    expect(numbersOf(checked(odd("p"), odd("q")), both)).toMatchObject({ undetected: 1 });
    const poor = (id: string): Leaf => leaf(id, { promises: [latency(100, 900_001), upTo("undetected_error", 99_999)] });
    // 0.900001² = 0.810001800001
    expect(numbersOf(seq(poor("p"), poor("q")), both)).toMatchObject({ latency: [[200, 810_001], [1_100, 900_001], [2_000, MICRO]], undetected: 189_999 });
  });

  it("are not multiplied where the parts share a service, or one is not declared", () => {
    const [a, b, c] = ["a", "b", "c"].map((id) => leaf(id, { promises: [latency(1, MICRO), atLeast("availability", 900_000)] }));
    if (a === undefined || b === undefined || c === undefined) throw new Error("There are three.");
    const all = [["a", "b", "c"]];
    expect([numbersOf(seq(par(a, b), c), all), numbersOf(seq(par(a, b), par(b, c)), all), numbersOf(seq(a, b), [["a", "c"]])]).toMatchObject([{ available: 729_000 }, { available: 620_000 }, { available: 800_000 }]);
  });

  it("say no cost where a part says none", () => {
    const silent = leaf("s", { costMicros: null });
    expect([numbersOf(seq(silent, x)), numbersOf(seq(x, silent)), numbersOf(retry(silent, 2))]).toMatchObject([{ cost: null }, { cost: null }, { cost: null }]);
  });

  it("take nothing below 0 or above 1", () => {
    const poor = (id: string): Leaf => leaf(id, { promises: [latency(1, MICRO), atLeast("availability", 400_000), atLeast("accuracy", 400_000), upTo("undetected_error", 600_000), upTo("detected_error", 600_000)] });
    for (const plan of [seq(poor("p"), poor("q")), par(poor("p"), poor("q")), checked(poor("p"), poor("q"))]) expect(numbersOf(plan)).toMatchObject({ available: 0, detected: MICRO });
    expect(numbersOf(seq(poor("p"), poor("q")))).toMatchObject({ accurate: undefined, undetected: MICRO });
    expect(numbersOf(retry(poor("p"), 2))).toMatchObject({ accurate: undefined, undetected: MICRO });
  });
});

describe("what holds per answered call (calculus §7)", () => {
  const standing = ({ latency: late, accuracy, undetectedError }: Rows): unknown => [late.conditional, accuracy["accuracy"]?.conditional, undetectedError.conditional];
  const of = (plan: Composition, deadlineUs?: number): unknown => standing(composeGuarantees(plan, { independent: [], ...(deadlineUs === undefined ? {} : { deadlineUs }) }).rows);

  it("is kept by retries and by fallbacks of such parts, and by nothing else", () => {
    expect(of(perAnswer(x))).toEqual([true, true, true]);
    expect(of(x)).toEqual([false, false, false]);
    expect(of(retry(perAnswer(x), 2))).toEqual([true, true, true]);
    expect(of(retry(x, 2))).toEqual([false, false, false]);
    expect(of(fallback(perAnswer(x), perAnswer(y)))).toEqual([true, true, true]);
    expect(of(fallback(x, perAnswer(y)))).toEqual([true, false, false]);
    expect(of(fallback(perAnswer(x), y))).toEqual([false, false, false]);
    for (const plan of [seq(perAnswer(x), perAnswer(y)), par(perAnswer(x), perAnswer(y)), checked(perAnswer(x), perAnswer(y))]) expect(of(plan)).toEqual([false, false, false]);
    expect(of(fallback(perAnswer(x), perAnswer(y)), 1_500)).toEqual([true, false, false]);
    expect(of(fallback(perAnswer(x), perAnswer(y)), 3_000)).toEqual([true, true, true]);
  });
});

it("services are named once, sorted", () => {
  const of = (...ids: readonly string[]): unknown => composeGuarantees(seq(...ids.map((id) => leaf(id))), { independent: [] }).rows.services;
  expect([of("b", "a", "b"), of("a")]).toEqual([["a", "b"], ["a"]]);
});

describe("throughput (calculus §7)", () => {
  const of = (plan: Composition): unknown => composeGuarantees(plan, { independent: [] }).rows.throughput;

  it("is kept service by service, with how often a run may use each", () => {
    expect(of(seq(x, y))).toEqual({ tokens_per_second: { tailPpm: 10_000, services: { x: { micros: 40_000_000, uses: 1 }, y: { micros: 30_000_000, uses: 1 } } } });
    expect(of(retry(seq(x, y), 3))).toEqual({ tokens_per_second: { tailPpm: 30_000, services: { x: { micros: 40_000_000, uses: 3 }, y: { micros: 30_000_000, uses: 3 } } } });
    expect(of(par(retry(x, 2), leaf("x", { promises: [atLeast("tokens_per_second", 20_000_000)] })))).toEqual({ tokens_per_second: { tailPpm: 0, services: { x: { micros: 20_000_000, uses: 3 } } } });
  });

  it("is none where its tail is everything", () => {
    const half = leaf("h", { promises: [atLeast("tokens_per_second", 5, 500_000)] });
    expect([of(half), of(seq(half, half)), of(retry(half, 2))]).toEqual([{ tokens_per_second: { tailPpm: 500_000, services: { h: { micros: 5, uses: 1 } } } }, {}, {}]);
  });
});

describe("accuracies by name (calculus §7)", () => {
  const of = (first: Guarantee[], second: Guarantee[]): unknown => Object.fromEntries(Object.entries(composeGuarantees(seq(leaf("a", { promises: first }), leaf("b", { promises: second })), { independent: [] }).rows.accuracy).map(([name, { micros }]) => [name, micros]));
  const [own, other, third] = ["accuracy", "classification_accuracy", "x_accuracy"].map((name) => (micros: number) => atLeast(name, micros));

  it("compose name by name where both promise one, and two single ones of different names to `accuracy`", () => {
    if (own === undefined || other === undefined || third === undefined) throw new Error("There are three.");
    expect(of([own(900_000), other(800_000)], [other(950_000)])).toEqual({ classification_accuracy: 750_000 });
    expect(of([other(900_000)], [third(950_000)])).toEqual({ accuracy: 850_000 });
    expect(of([other(900_000), own(900_000)], [third(950_000)])).toEqual({});
    expect(of([third(950_000)], [other(900_000), own(900_000)])).toEqual({});
    expect(of([], [other(900_000)])).toEqual({});
    expect(of([other(900_000)], [other(950_000)])).toEqual({ classification_accuracy: 850_000 });
    const [p, q] = [leaf("p", { promises: [own(900_000), other(900_000)], conditional: ["accuracy"] }), leaf("q", { promises: [own(800_000), other(950_000)], conditional: ["accuracy"] })];
    const { rows, derivation } = composeGuarantees(fallback(p, q), { independent: [] });
    expect(rows.accuracy).toEqual({ accuracy: { micros: 800_000, conditional: true }, classification_accuracy: { micros: 850_000, conditional: false } });
    expect(derivation.find(({ node, row }) => node === "plan" && row === "accuracy")?.rule).toBe("fallback.boole+worse");
  });
});

describe("what an attempt promises (calculus §7)", () => {
  const rowsOf = (promises: readonly Guarantee[], changes: Partial<Leaf> = {}): Rows => composeGuarantees(leaf("a", { promises, ...changes }), { independent: [] }).rows;

  it("is of several promises the tightest", () => {
    const rows = rowsOf([
      ...[atLeast("accuracy", 800_000), atLeast("accuracy", 900_000), atLeast("accuracy", 850_000)],
      ...[upTo("undetected_error", 30_000), upTo("undetected_error", 10_000), upTo("undetected_error", 20_000)],
      ...[latency(5, MICRO), upTo("detected_error", 30_000), upTo("detected_error", 10_000), upTo("detected_error", 20_000)],
      ...[atLeast("availability", 980_000), atLeast("availability", 990_000), atLeast("availability", 970_000)],
    ]);
    expect(rows).toMatchObject({ accuracy: { accuracy: { micros: 900_000 } }, undetectedError: { micros: 10_000 }, detectedErrorMicros: 10_000, availabilityMicros: 990_000 });
  });

  it("is of throughputs that of the greatest coverage, and of those the largest", () => {
    const of = (...promises: Guarantee[]): unknown => rowsOf(promises).throughput["tokens_per_second"];
    const kept = { tailPpm: 10_000, services: { a: { micros: 7, uses: 1 } } };
    const [wide, narrow, most] = [atLeast("tokens_per_second", 99, 900_000), atLeast("tokens_per_second", 5, 990_000), atLeast("tokens_per_second", 7, 990_000)];
    for (const order of [[wide, narrow, most], [most, narrow, wide], [narrow, most, wide]]) expect(of(...order)).toEqual(kept);
    for (const coverage of [0, -1, 0.5]) expect(of(atLeast("tokens_per_second", 5, coverage))).toBeUndefined();
    expect([of(atLeast("tokens_per_second", -1)), of(atLeast("tokens_per_second", 1.5)), of(upTo("tokens_per_second", 5)), of(atLeast("tokens_per_second", 0))]).toEqual([undefined, undefined, undefined, { tailPpm: 0, services: { a: { micros: 0, uses: 1 } } }]);
  });

  it("is nothing where a number is none, a ratio has a coverage, or the wrong end is bounded", () => {
    for (const promise of [atLeast("accuracy", 1.5), atLeast("accuracy", 900_000, 999_999), upTo("accuracy", 5), atLeast("accuracy", 900_000, 0), atLeast("accuracy", 900_000, MICRO + 1), atLeast("accuracy", 900_000, 0.5)]) expect(rowsOf([promise]).accuracy).toEqual({});
    for (const promise of [upTo("undetected_error", 1.5), upTo("undetected_error", 5, 999_999), atLeast("undetected_error", 5)]) expect(rowsOf([promise]).undetectedError).toEqual({ micros: MICRO, conditional: false });
    for (const promise of [latency(1.5, 900_000), latency(5, MICRO + 1), latency(5, 0), { ...latency(5, MICRO), bound: { minUs: 5 } }]) expect(rowsOf([promise]).latency.bounds).toEqual([{ boundUs: 1_000, coveragePpm: MICRO }]);
  });

  it("is clamped to ratios", () => {
    expect(rowsOf([atLeast("accuracy", 2 * MICRO)]).accuracy["accuracy"]?.micros).toBe(MICRO);
    expect(rowsOf([atLeast("accuracy", -5)]).accuracy).toEqual({});
    expect(rowsOf([upTo("undetected_error", -5)]).undetectedError.micros).toBe(0);
  });

  it("keeps of latency the bounds that no other one beats, at most 16, those of greatest coverage", () => {
    const of = (...bounds: readonly (readonly [number, number])[]): unknown => rowsOf(bounds.map(([bound, coverage]) => latency(bound, coverage))).latency.bounds.map(({ boundUs, coveragePpm }) => [boundUs, coveragePpm]);
    expect(of([20, 900_000], [10, 950_000], [30, 950_000], [10, 940_000], [1_000, 960_000], [1_001, 990_000])).toEqual([[10, 950_000], [1_000, MICRO]]);
    const many = Array.from({ length: 20 }, (_none, at): readonly [number, number] => [at + 1, 900_000 + at]);
    expect(of(...many)).toEqual([...many.slice(5), [1_000, MICRO]]);
  });

  it("is conditional where every promise of latency is", () => {
    expect(rowsOf([latency(5, 900_000)], { conditional: ["accuracy"] }).latency.conditional).toBe(false);
    expect(rowsOf([latency(5, 900_000)], { conditional: ["latency"] }).latency.conditional).toBe(true);
    const named = composeGuarantees(leaf("a", { promises: [latency(5, 900_000), { ...latency(4, 900_000), property: "own" }], conditional: ["latency"] }), { independent: [], rowOf: (property) => (property === "availability" ? undefined : "latency") });
    expect(named.rows.latency.conditional).toBe(false);
  });
});

describe("how each row came about", () => {
  const rulesOf = (plan: Composition, independent: readonly (readonly string[])[] = []): unknown =>
    Object.fromEntries(composeGuarantees(plan, { independent }).derivation.filter(({ node }) => node === "plan").map(({ row, rule }) => [row, rule]));
  const rules = (kind: string, latencyRule: string, available: string, accurate: string, undetected: string, detected: string): unknown => ({
    latency: `${kind}.${latencyRule}`,
    availability: `${kind}.${available}`,
    accuracy: `${kind}.${accurate}`,
    undetected_error: `${kind}.${undetected}`,
    detected_error: `${kind}.${detected}`,
    throughput: `${kind}.shared`,
    cost: `${kind}.sum`,
    flags: `${kind}.worst`,
  });

  it.each<[string, unknown, unknown]>([
    ["an attempt", rulesOf(x), { latency: "timeout", availability: "in-time", detected_error: "in-time", accuracy: "leaf", undetected_error: "leaf", throughput: "leaf", cost: "leaf" }],
    ["seq", rulesOf(seq(x, y)), rules("seq", "boole", "frechet", "frechet", "boole", "boole")],
    ["seq, independent", rulesOf(seq(x, y), declared), rules("seq", "product", "product", "product", "co-product", "co-product")],
    ["par", rulesOf(par(x, y)), rules("par", "boole", "frechet", "frechet", "boole", "boole")],
    ["fallback", rulesOf(fallback(x, y)), rules("fallback", "deadline-then", "max", "boole", "boole", "min")],
    ["fallback, per answer", rulesOf(fallback(perAnswer(x), perAnswer(y))), rules("fallback", "deadline-then", "max", "worse", "worse", "min")],
    ["fallback, independent", rulesOf(fallback(x, y), declared), rules("fallback", "deadline-then", "co-product", "boole", "boole", "product")],
    ["checked", rulesOf(checked(x, y)), rules("checked", "boole", "frechet", "first", "min", "boole")],
    ["checked, independent", rulesOf(checked(x, y), declared), rules("checked", "product", "product", "first", "product", "co-product")],
    ["retry", rulesOf(retry(x, 2)), { latency: "retry.boole", accuracy: "retry.per-property", undetected_error: "retry.boole", throughput: "retry.uses", cost: "retry.times" }],
    ["retry, per answer", rulesOf(retry(perAnswer(x), 2)), { latency: "retry.last", accuracy: "retry.per-property", undetected_error: "retry.same", throughput: "retry.uses", cost: "retry.times" }],
    ["silence", rulesOf(seq(x, leaf("s", { costMicros: null }))), { ...(rules("seq", "boole", "frechet", "silent", "boole", "boole") as object), cost: "seq.silent" }],
  ])("%s", (_name, found, expected) => {
    expect(found).toEqual(expected);
  });

  it("names children before their parents, by place, and what each was made of", () => {
    const { derivation } = composeGuarantees(retry(seq(x, y), 2, 5), { independent: [], deadlineUs: 1_500 });
    expect([...new Set(derivation.map(({ node }) => node))]).toEqual(["plan.0.0", "plan.0.1", "plan.0", "plan"]);
    const step = (node: string, row: string, rule: string): unknown => derivation.find((each) => each.node === node && each.row === row && each.rule === rule);
    expect(step("plan.0", "cost", "seq.sum")).toMatchObject({ operands: [10, 7], result: 17 });
    expect(step("plan.0", "availability", "seq.frechet")).toMatchObject({ operands: [940_000, 970_000], result: 910_000 });
    expect(step("plan", "cost", "retry.times")).toMatchObject({ operands: [17, { attempts: 2 }], result: 34 });
    expect(step("plan", "latency", "retry.boole")).toMatchObject({ operands: [{}, { attempts: 2, before_last_us: 3_005 }] });
    expect(step("plan", "availability", "within")).toMatchObject({ operands: [910_000, MICRO], result: 0 });
    expect(step("plan", "detected_error", "within")).toMatchObject({ operands: [95_000, MICRO], result: MICRO });
    expect(step("plan", "latency", "within")).toMatchObject({ operands: [{}, { deadline_us: 1_500 }], result: { bounds: [{ bound_us: 1_500, coverage_ppm: MICRO }] } });
  });

  it("shows of a checked answer the errors of both parts, and of a fallback the time of the first", () => {
    const find = (plan: Composition, wanted: string): unknown => composeGuarantees(plan, { independent: [] }).derivation.find(({ node, row }) => node === "plan" && row === wanted)?.operands;
    expect(find(checked(x, y), "availability")).toEqual([940_000, 970_000, 20_000, 10_000]);
    expect(find(checked(x, y), "detected_error")).toEqual([80_000, 15_000, 20_000, 10_000]);
    expect(find(fallback(x, y), "latency")).toMatchObject([{ deadline_us: 1_000 }, { conditional: false }]);
    expect([find(x, "availability"), find(x, "detected_error")]).toEqual([[990_000, 50_000], [30_000, 50_000]]);
    expect([find(x, "accuracy"), find(x, "undetected_error"), find(x, "throughput"), find(x, "cost")]).toMatchObject([[{ property: "accuracy" }], [{ property: "undetected_error" }], [{ property: "tokens_per_second" }], []]);
    expect(find(seq(x, y), "flags")).toMatchObject([{ deterministic: true, encryption: "end_to_end", required_trust: 5 }, { locality: "local", retention: "session" }]);
    expect(find(x, "latency")).toMatchObject({ promised: { bounds: [{ bound_us: 100 }] }, timeout_us: 1_000 });
  });
});

describe("a plan's guarantees", () => {
  it("are its rows in their order, ratios at full coverage, and nothing that is promised of every plan", () => {
    expect(composeGuarantees(seq(x, y), { independent: [] }).guarantees).toEqual([
      ...[latency(400, 940_000), latency(1_300, 990_000), latency(3_000, MICRO), atLeast("availability", 910_000), atLeast("accuracy", 850_000)],
      ...[upTo("undetected_error", 30_000), upTo("detected_error", 95_000), atLeast("tokens_per_second", 30_000_000, 990_000), atLeast("deterministic_output", MICRO)],
    ]);
  });

  it("are sorted by name within a row", () => {
    const promises = ["y_accuracy", "accuracy", "x_accuracy"].map((name) => atLeast(name, 900_000));
    expect(composeGuarantees(leaf("a", { promises, deterministic: false }), { independent: [] }).guarantees.map(({ property }) => property)).toEqual(["latency", "accuracy", "x_accuracy", "y_accuracy"]);
    const speeds = ["tokens_per_second", "requests_per_second"].map((name) => atLeast(name, 5));
    expect(composeGuarantees(leaf("a", { promises: speeds, deterministic: false }), { independent: [] }).guarantees.map(({ property }) => property)).toEqual(["latency", "requests_per_second", "tokens_per_second"]);
  });
});

describe("flags (calculus §7)", () => {
  const of = (build: typeof seq, first: Partial<Leaf>, second: Partial<Leaf>): Rows => composeGuarantees(build(leaf("a", first), leaf("b", second)), { independent: [] }).rows;

  it.each([
    ["end_to_end", "end_to_end", "end_to_end"],
    ["end_to_end", "in_transit", "in_transit"],
    ["at_rest", "end_to_end", "at_rest"],
    ["at_rest", "in_transit", "some"],
    ["some", "end_to_end", "some"],
    ["none", "end_to_end", "none"],
    ["at_rest", "none", "none"],
    ["none", "at_rest", "none"],
    ["at_rest", "at_rest", "at_rest"],
    ["none", "none", "none"],
  ] as const)("encryption: %s and %s promise %s", (first, second, both) => {
    expect(of(seq, { encryption: first }, { encryption: second }).encryption).toBe(both);
  });

  it.each([
    ["none", "session", "session"],
    ["session", "days:1", "days:1"],
    ["days:30", "days:4", "days:30"],
    ["days:30", "indefinite", "indefinite"],
    ["days:0", "days:30", "days:0"],
    ["days:x", "days:30", "days:x"],
    ["none", "none", "none"],
  ] as const)("retention: %s and %s are %s", (first, second, longer) => {
    expect(of(seq, { retention: first as Leaf["retention"] }, { retention: second }).retention).toBe(longer);
    expect(of(par, { retention: second }, { retention: first as Leaf["retention"] }).retention).toBe(longer);
  });

  it("locality is the further one, compliance what both have, trust the higher", () => {
    const rows = of(par, { locality: "on_device", compliance: ["gdpr", "hipaa"], requiredTrust: 2 }, { locality: "private_cloud", compliance: ["hipaa"], requiredTrust: 1 });
    expect(rows).toMatchObject({ locality: "private_cloud", compliance: ["hipaa"], requiredTrust: 2 });
    expect(of(seq, { locality: "external" }, { locality: "local" }).locality).toBe("external");
    expect(composeGuarantees(leaf("a", { compliance: ["b", "a", "b"] }), { independent: [] }).rows.compliance).toEqual(["a", "b"]);
  });

  it("determinism needs both, and of a fallback that their outputs are declared the same", () => {
    const same = { equivalence: "v1" };
    expect([of(seq, {}, {}), of(seq, {}, { deterministic: false }), of(par, { deterministic: false }, {})].map(({ deterministic }) => deterministic)).toEqual([true, false, false]);
    expect([of(fallback, same, same), of(fallback, same, { equivalence: "v2" }), of(fallback, {}, {}), of(fallback, same, { ...same, deterministic: false })].map(({ deterministic, equivalence }) => [deterministic, equivalence])).toEqual([[true, "v1"], [false, null], [false, null], [false, "v1"]]);
    expect(of(seq, same, same).equivalence).toBeNull();
  });
});

describe("the attempt of a contract's pair", () => {
  const contract: ServiceContract = {
    serviceId: "s",
    version: "1.0.0",
    capabilities: [],
    guarantees: [atLeast("deterministic_output", MICRO)],
    models: [{ id: "m", guarantees: [atLeast("accuracy", 5)] }, { id: "n" }],
    privacy: { compliance: ["gdpr"] },
    alignment: {},
    access: { requiredPermissions: [], match: "any", requiredTrustLevel: 3, tenants: [], public: true },
    constraints: {},
    api: { protocol: "inprocess", endpoints: [] },
    metadata: { tags: [] },
  };
  const terms = { timeoutUs: 5, costMicros: null };

  it("takes the model's guarantees where it has them, and the worst where nothing is said", () => {
    const worst = { kind: "leaf", serviceId: "s", conditional: [], ...terms, equivalence: null, encryption: "none", compliance: ["gdpr"], locality: "external", retention: "indefinite", requiredTrust: 3 };
    expect(leafOf(contract, "m", terms)).toEqual({ ...worst, promises: contract.models[0]?.guarantees, deterministic: false });
    expect(leafOf(contract, "n", terms)).toEqual({ ...worst, promises: contract.guarantees, deterministic: true });
    expect(leafOf({ ...contract, models: [] }, null, { ...terms, conditional: ["latency", "accuracy", "latency"], equivalence: "v1" })).toMatchObject({ conditional: ["accuracy", "latency"], equivalence: "v1", deterministic: true });
  });

  it("counts a type of encryption only where there is encryption", () => {
    const of = (privacy: Partial<ServiceContract["privacy"]>): unknown => leafOf({ ...contract, privacy: { ...contract.privacy, ...privacy } }, null, terms).encryption;
    expect([of({ encryption: true }), of({ encryption: true, encryptionType: "at_rest" }), of({ encryptionType: "at_rest" }), of({ encryption: false, encryptionType: "at_rest" })]).toEqual(["some", "at_rest", "none", "none"]);
  });

  it("is deterministic where one of its promises says so", () => {
    expect(leafOf({ ...contract, guarantees: [atLeast("accuracy", 5), atLeast("deterministic_output", MICRO)] }, null, terms).deterministic).toBe(true);
  });

  it("is deterministic where that is promised wholly and always", () => {
    const of = (promise: Guarantee): boolean => leafOf({ ...contract, guarantees: [promise] }, null, terms).deterministic;
    expect([atLeast("deterministic_output", MICRO), atLeast("deterministic_output", MICRO, 999_999), atLeast("deterministic_output", 999_999), upTo("deterministic_output", MICRO), atLeast("accuracy", MICRO)].map(of)).toEqual([true, false, false, false, false]);
  });
});

describe("plans that are taken and refused", () => {
  const refusal = (build: () => unknown): unknown => {
    try {
      build();
    } catch (error) {
      return (error as { readonly details?: unknown }).details;
    }
    return undefined;
  };
  const many = (count: number): Composition => seq(...Array.from({ length: count }, () => x));

  it("nest steps to the left", () => {
    expect(seq(x, y, x)).toEqual({ kind: "seq", first: { kind: "seq", first: x, second: y }, second: x });
    expect([par(x), fallback(x)]).toEqual([x, x]);
    expect([par(x, y), fallback(x, y), checked(x, y)].map(({ kind }) => kind)).toEqual(["par", "fallback", "checked"]);
  });

  it("say where, what was found and what was expected", () => {
    expect(refusal(() => fallback())).toEqual({ place: "fallback", found: "no part", expected: "at least one" });
    expect(refusal(() => retry(x, 101))).toMatchObject({ place: "retry.attempts", found: "101" });
    expect(refusal(() => retry(x, 2, -1))).toMatchObject({ place: "retry.backoffUs", found: "-1" });
    expect(refusal(() => numbersOf(leaf("s", { timeoutUs: 0 })))).toMatchObject({ service: "s", field: "timeoutUs", found: "0" });
    expect(refusal(() => numbersOf(leaf("s", { costMicros: 1.5 })))).toMatchObject({ field: "costMicros" });
    expect(refusal(() => numbersOf(leaf("s", { requiredTrust: 1.5 })))).toMatchObject({ field: "requiredTrust" });
    expect(refusal(() => numbersOf(leaf("s", { locality: "moon" as Leaf["locality"] })))).toMatchObject({ field: "locality", found: "moon" });
  });

  it("take what is just in range", () => {
    for (const build of [() => retry(x, 1), () => retry(x, 100), () => retry(x, 2, 0), () => numbersOf(leaf("s", { timeoutUs: 1, costMicros: 0 })), () => numbersOf(x, [], 1)]) expect(refusal(build)).toBeUndefined();
    for (const build of [() => retry(x, 2, 0.5), () => numbersOf(leaf("s", { timeoutUs: 1.5 })), () => numbersOf(x, [], 1.5), () => numbersOf(x, [], 0)]) expect(refusal(build)).toBeDefined();
  });

  it("have at most 512 parts", () => {
    expect(refusal(() => numbersOf(many(256)))).toBeUndefined();
    expect(refusal(() => numbersOf(retry(many(256), 1)))).toBeUndefined();
    expect(refusal(() => numbersOf(retry(retry(many(256), 1), 1)))).toMatchObject({ found: "more than 512 parts" });
    expect(refusal(() => numbersOf(many(257)))).toMatchObject({ found: "more than 512 parts" });
  });
});
