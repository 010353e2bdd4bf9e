import { getCheckingSuite, getComprehensionSuite, getConformanceSuite, getParsingSuite, type IncrementalTestSuite } from "@bufbuild/cel-spec/testdata/tests.js";
import { celMacros, celMethods, celOperators, readCondition, type CelNode } from "@caio/rules";
import { describe, expect, it } from "vitest";

import { compareCase } from "../cel/compare.ts";
import { conformance } from "../cel/conformance/conformance.ts";
import { compareOnRandom } from "../cel/differential.ts";
import { evaluators, type Evaluators } from "../cel/evaluators.ts";
import { randomCase } from "../cel/generate/random-case.ts";
import { randomViews } from "../cel/generate/random-views.ts";
import { Dice } from "../worlds/random/dice.ts";

/** Suites with cases inside the profile: cases, passed by the router (which are all that it takes), passed by the verifier. */
const EXPECTED = {
  basic: [43, 15, 15],
  comparisons: [406, 41, 49],
  fields: [60, 0, 3],
  integer_math: [64, 25, 26],
  lists: [39, 11, 11],
  logic: [30, 12, 21],
  macros: [44, 17, 20],
  parse: [219, 20, 21],
  plumbing: [5, 2, 2],
  string: [51, 27, 27],
  type_deductions: [22, 5, 5],
};
const FROM = 1;
const COUNT = 2000;

describe("conditions on random cases", () => {
  it("mean the same to router, verifier and @bufbuild/cel", () => {
    const { counts, shown } = compareOnRandom(FROM, COUNT);
    expect(shown).toEqual([]);
    for (const outcome of ["true", "false", "error"]) expect(counts.get(outcome), outcome).toBeGreaterThan(300);
    for (const rare of ["not_bool", "refused", "refused, verifier: error", "refused, verifier: as CEL"]) expect(counts.get(rare), rare).toBeGreaterThan(20);
  }, 120_000);

  it("hold every operator, function and macro of the profile", () => {
    const seen = new Map<string, number>();
    for (let seed = FROM; seed < FROM + COUNT; seed++) {
      const { source, scope } = randomCase(seed);
      const reading = readCondition(source, scope);
      if (reading.ok) for (const name of namesIn(reading.condition.syntax)) seen.set(name, (seen.get(name) ?? 0) + 1);
    }
    for (const name of [...Object.values(celOperators), ...celMethods, ...celMacros, "has", "index", "list"]) expect(seen.get(name), name).toBeGreaterThan(15);
  }, 60_000);

  it.each<[string, number, (three: Evaluators) => Evaluators]>([
    ["takes exists_one for exists", 600, (three) => ({ ...three, verifier: (subject) => three.verifier({ ...subject, source: subject.source.replaceAll("exists_one", "exists") }) })],
    ["takes an error for false", 60, (three) => ({ ...three, verifier: (subject) => falseForError(three.verifier(subject)) })],
    ["words errors in its own way", 60, (three) => ({ ...three, router: (subject) => inOwnWords(three.router(subject)) })],
    ["loads whatever parses", 60, (three) => ({ ...three, router: three.reference })],
  ])("tell one that %s apart, in few words", (_name, count, broken) => {
    const { disagreements, shown } = compareOnRandom(FROM, count, broken(evaluators));
    expect(disagreements).toBeGreaterThan(0);
    const conditions = shown.map((line) => line.replace(/^[^:]*: /, "").replace(/ \((?:when|effect), seed.*$/s, ""));
    expect(Math.min(...conditions.map(({ length }) => length))).toBeLessThan(40);
  }, 120_000);
});

describe("conditions of cel-spec and of its Go implementation", () => {
  it("pass inside the profile and are refused outside of it: exactly these many", () => {
    const { suites, wrong } = conformance();
    expect(wrong).toEqual([]);
    const inside = [...suites].filter(([, { router, verifier }]) => router.inProfile + verifier.passed > 0);
    expect(Object.fromEntries(inside.map(([name, { cases, router, verifier }]) => [name, [cases, router.passed, verifier.passed]]))).toEqual(EXPECTED);
    for (const { cases, router, verifier } of suites.values()) {
      expect(router.passed + router.refused).toBe(cases);
      expect(verifier.passed + verifier.error + verifier.refused).toBe(cases);
    }
    expect([...suites.values()].reduce((sum, { cases }) => sum + cases, 0)).toBe(2317);
  }, 60_000);

  it("mean the same to all three on random data", () => {
    const sources = [getConformanceSuite(), getComprehensionSuite(), getParsingSuite(), getCheckingSuite()].flatMap(sourcesOf);
    expect(sources.length).toBeGreaterThan(2700);
    const views = randomViews(new Dice(FROM));
    for (const source of sources) expect(compareCase(evaluators, { source, scope: "effect", views }), source).toMatchObject({ agree: true });
  }, 60_000);
});

function falseForError(outcome: ReturnType<Evaluators["verifier"]>): ReturnType<Evaluators["verifier"]> {
  return outcome.kind === "error" ? { kind: "false" } : outcome;
}

function inOwnWords(outcome: ReturnType<Evaluators["router"]>): ReturnType<Evaluators["router"]> {
  return outcome.kind === "error" ? { kind: "error", message: "it failed" } : outcome;
}

function sourcesOf({ tests, suites }: IncrementalTestSuite): readonly string[] {
  return [...tests.map(({ original }) => original.expr), ...suites.flatMap(sourcesOf)];
}

function namesIn(node: CelNode): readonly string[] {
  switch (node.kind) {
    case "literal":
    case "variable":
      return [node.kind];
    case "select":
    case "has":
      return [node.kind, ...namesIn(node.operand)];
    case "list":
      return ["list", ...node.items.flatMap(namesIn)];
    case "index":
      return ["index", ...namesIn(node.operand), ...namesIn(node.index)];
    case "call":
      return [node.op, ...node.args.flatMap(namesIn)];
    case "macro":
      return [node.macro, ...namesIn(node.range), ...namesIn(node.body)];
  }
}
