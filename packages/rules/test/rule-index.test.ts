import type { JsonObject } from "@caio/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readFacts } from "../src/cel/evaluate/facts.ts";
import { RuleIndex } from "../src/engine/rule-index.ts";
import { readCondition, RuleEngine, type Condition, type Rule } from "../src/index.ts";
import { referenceProgram } from "./support/reference-program.ts";
import { policyOf } from "./support/samples.ts";
import { typedConditions, typedEnvironments } from "./support/typed-conditions.ts";

function conditionOf(source: string): Condition | undefined {
  const reading = readCondition(source, "when");
  return reading.ok ? reading.condition : undefined;
}

/** Positions of the rules to look at. */
function candidates(sources: readonly (string | undefined)[], request: JsonObject): readonly number[] {
  return new RuleIndex(sources.map((source) => (source === undefined ? undefined : conditionOf(source)))).candidates(readFacts("request", request));
}

const word = fc.constantFrom("a", "b", "eu", "read", "write", "").map((text) => JSON.stringify(text));
const textField = fc.constantFrom("request.principal.tenant", "request.principal.region", "request.data.media_type", "request.action.kind");
const listField = fc.constantFrom("request.labels", "request.intent.categories", "request.principal.permissions");
const number = fc.constantFrom("0", "1", "2", "3");
const numberField = fc.constantFrom("request.principal.trust", "request.size.bytes", "request.limits.latency_us");

/** Conditions as policies have them, around tests of fields for words. */
const guarded = fc.letrec<{ guard: string }>((tie) => ({
  guard: fc.oneof(
    { maxDepth: 3, depthIdentifier: "guard" },
    fc.tuple(textField, word).map(([field, text]) => `${field} == ${text}`),
    fc.tuple(word, textField).map(([text, field]) => `${text} == ${field}`),
    fc.tuple(numberField, number).map(([field, value]) => `${field} == ${value}`),
    fc.tuple(textField, word, word).map(([field, one, other]) => `${field} in [${one}, ${other}]`),
    fc.tuple(word, listField).map(([text, field]) => `${text} in ${field}`),
    fc.tuple(textField, word).map(([field, text]) => `has(${field}) && ${field} == ${text}`),
    fc.tuple(listField, word).map(([field, text]) => `${field}.exists(x, x == ${text})`),
    fc.tuple(listField, word, tie("guard")).map(([field, text, guard]) => `${field}.exists(x, x != ${text} && ${guard.replaceAll(/\bx\b/g, "y")})`),
    fc.tuple(tie("guard"), tie("guard")).map(([left, right]) => `(${left}) && (${right})`),
    fc.tuple(tie("guard"), tie("guard")).map(([left, right]) => `(${left}) || (${right})`),
    fc.tuple(tie("guard"), numberField).map(([guard, field]) => `${field} > 1 && ${guard}`),
    tie("guard").map((guard) => `!(${guard})`),
  ),
})).guard;

const whens = fc.oneof({ weight: 3, arbitrary: guarded }, { weight: 1, arbitrary: typedConditions("when") });
const requests = fc.integer({ min: 0, max: 12 }).chain((oddity) => typedEnvironments(oddity)).map(({ request }) => request);

describe("the index", () => {
  test("leaves out only what is false without an error, and finds each rule once, in order", () => {
    let left = 0;
    let looked = 0;
    fc.assert(
      fc.property(fc.array(whens, { minLength: 1, maxLength: 8 }), requests, (drawn, request) => {
        const conditions = drawn.flatMap((source) => conditionOf(source) ?? []);
        const found = new RuleIndex(conditions).candidates(readFacts("request", request));
        expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
        for (const [position, condition] of conditions.entries()) {
          if (found.includes(position)) looked += 1;
          else {
            left += 1;
            expect(referenceProgram(condition).evaluate({ request }), condition.source).toBe(false);
          }
        }
      }),
      { numRuns: 1500 },
    );
    expect(left).toBeGreaterThan(1000);
    expect(looked).toBeGreaterThan(1000);
  });

  test("looks at the few rules of a thousand that a request may meet", () => {
    const sources = Array.from({ length: 1000 }, (_source, index) => {
      const text = `"w${String(index)}"`;
      return [`request.action.kind == "read" && ${text} in request.labels`, `${text} == request.principal.tenant`, `has(request.data.media_type) && request.data.media_type == ${text}`, `request.labels.exists(l, l in [${text}, "none"])`][index % 4];
    });
    const request = { action: { kind: "read" }, labels: ["w8", "w12", "w13", "w11"], principal: { tenant: "w5" }, data: {} };
    expect(candidates(sources, request)).toEqual([5, 8, 11, 12]);
    expect(candidates([...sources, undefined, "request.principal.trust > 1"], request)).toEqual([5, 8, 11, 12, 1000, 1001]);
    expect(candidates(sources, { ...request, labels: Array.from({ length: 257 }, () => "w1") })).toHaveLength(1000);
    expect(candidates(sources, { ...request, data: { media_type: "w2" } })).toEqual([2, 5, 8, 11, 12]);
  });

  test("goes by the rarest of a rule's words, and by the first where none is rarer", () => {
    const one = 'request.action.kind == "read" && "x" in request.labels';
    const lists = (sources: readonly string[], kind: string, ...labels: readonly string[]): readonly number[] => candidates(sources, { action: { kind }, labels: [...labels] });
    expect([lists([one], "read"), lists([one], "write", "x")]).toEqual([[0], []]);
    const many = [one, 'request.action.kind == "read"'];
    expect([lists(many, "read"), lists(many, "write", "x"), lists(many, "read", "x")]).toEqual([[1], [0], [0, 1]]);
    const words = ['request.action.kind in ["read", "write"] && "x" in request.labels'];
    expect([lists(words, "read"), lists(words, "destructive", "x")]).toEqual([[], [0]]);
  });

  test("looks at a rule where its field is of another kind than the schema's", () => {
    const sources = ['"x" in request.labels', 'request.principal.region == "eu"', 'has(request.data.media_type) && request.data.media_type == "a"'];
    const odd = (change: JsonObject): readonly number[] => candidates(sources, { labels: [], principal: { region: "us" }, data: { media_type: "b" }, ...change });
    expect([odd({}), odd({ labels: "x" }), odd({ principal: { region: ["eu"] } }), odd({ data: { media_type: {} } }), odd({ principal: { region: true } }), odd({ data: { media_type: 1 } })]).toEqual([[], [0], [1], [2], [], []]);
    expect(candidates(sources, { principal: { region: "us" }, data: {} })).toEqual([0]);
    expect(candidates(sources, {})).toEqual([0, 1, 2]);
  });

  test("a rule whose field is absent is looked at, unless it asks for the field first", () => {
    const sources = ['request.principal.region == "eu"', 'has(request.principal.region) && request.principal.region == "eu"', 'has(request.principal.region) && (request.principal.region == "eu" || request.data.media_type == "a")'];
    expect(candidates(sources, { principal: {}, data: { media_type: "b" } })).toEqual([0]);
    expect(candidates(sources, { principal: {}, data: {} })).toEqual([0, 2]);
    expect(candidates(sources, { data: { media_type: "b" } })).toEqual([0, 1, 2]);
    expect(candidates(sources, { principal: { region: "us" }, data: { media_type: "b" } })).toEqual([]);
  });
});

test("an engine says what its rules say one by one, in their order", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(whens, fc.nat(2)), { minLength: 1, maxLength: 8 }), requests, (drawn, request) => {
      const taken = drawn.filter(([when]) => conditionOf(when) !== undefined);
      const rules = taken.map(([when, priority], index): Rule => ({ id: `r${String(index)}`, priority, when, reason: "r", effect: { kind: "oblige", obligations: ["log"] } }));
      const engine = new RuleEngine({ ...policyOf("p", []), rules });
      const said = engine.evaluateRequest(request);
      const answers = engine.rules.flatMap(({ id, when }) => (when === undefined ? [] : [{ id, answer: referenceProgram(when).evaluate({ request }) }]));
      expect(said.fired).toEqual(answers.filter(({ answer }) => answer === true).map(({ id }) => id));
      expect(said.failed).toEqual(answers.filter(({ answer }) => typeof answer !== "boolean").map(({ id }) => id));
      const until = said.failed[0] === undefined ? answers.length : answers.findIndex(({ id }) => id === said.failed[0]) + 1;
      const faced = answers.slice(0, until).filter(({ answer }) => answer !== false);
      expect(said.faced.map(({ rule, failure }) => [rule.id, failure?.message])).toEqual(faced.map(({ id, answer }) => [id, typeof answer === "boolean" ? undefined : answer.message]));
    }),
    { numRuns: 600 },
  );
});
