import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { CelFault } from "../src/cel/evaluate/fault.ts";
import { readCondition, type Condition } from "../src/index.ts";
import { conditions, environments, ERROR } from "./support/expressions.ts";

function conditionOf(text: string): Condition | undefined {
  const reading = readCondition(text, "effect");
  return reading.ok ? reading.condition : undefined;
}

function evaluate(text: string, env: { request: object; service?: object; model?: object }): unknown {
  const condition = conditionOf(text);
  if (condition === undefined) throw new Error(`refused: ${text}`);
  return condition.program.evaluate({ service: {}, model: {}, ...env } as Parameters<Condition["program"]["evaluate"]>[0]);
}

describe("evaluation", () => {
  test("gives what the language says, for any expression and any values", () => {
    let [accepted, tried] = [0, 0];
    fc.assert(
      fc.property(conditions, environments, (expression, env) => {
        tried += 1;
        const condition = conditionOf(expression.text);
        if (condition === undefined) return;
        accepted += 1;
        const result = condition.program.evaluate(env);
        const wanted = expression.run(env);
        expect(typeof result === "boolean" ? result : ERROR).toBe(wanted);
      }),
      { numRuns: 1200 },
    );
    expect(accepted).toBeGreaterThan(tried / 2);
  });

  test("is deterministic", () => {
    fc.assert(
      fc.property(conditions, environments, (expression, env) => {
        const condition = conditionOf(expression.text);
        if (condition === undefined) return;
        expect(condition.program.evaluate(structuredClone(env))).toEqual(condition.program.evaluate(env));
      }),
      { numRuns: 150 },
    );
  });

  test("never throws, whatever the values are", () => {
    fc.assert(
      fc.property(conditions, fc.jsonValue(), fc.jsonValue(), (expression, a, b) => {
        const condition = conditionOf(expression.text);
        if (condition === undefined) return;
        const object = (value: unknown): object => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : { labels: value });
        const result = evaluate(expression.text, { request: object(a), service: object(b) });
        expect(typeof result === "boolean" || (typeof result === "object" && result !== null && "why" in result)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("absorbs an error where the other side decides, on either side", () => {
    const request = { labels: [], size: {} };
    const error = "request.size.bytes == 1";
    for (const text of [`${error} && false`, `false && ${error}`]) expect(evaluate(text, { request })).toBe(false);
    for (const text of [`${error} || true`, `true || ${error}`]) expect(evaluate(text, { request })).toBe(true);
    for (const text of [`${error} && true`, `true && ${error}`, `${error} || false`, error]) {
      expect(evaluate(text, { request })).toMatchObject({ why: "error" });
    }
  });

  test("a negation of a negation is two", () => {
    const least = "-9007199254740991 * 1024 - 1024";
    expect(evaluate(`-(${least}) > 0`, { request: {} })).toMatchObject({ why: "error" });
    expect(evaluate(`-(-(${least})) < 0`, { request: {} })).toMatchObject({ why: "error" });
    expect(evaluate("-(-(5)) == 5 && !(!(-(-5) == 5))", { request: {} })).toBe(true);
    expect(evaluate("!(!has(request.size)) || !((!true))", { request: {} })).toBe(true);
    expect(evaluate("!(!(request.size.bytes == 1))", { request: {} })).toMatchObject({ why: "error" });
  });

  test("a list of more than 256 items makes every condition that reads it an error", () => {
    const labels = Array.from({ length: 257 }, (_, index) => `l${String(index)}`);
    expect(evaluate('"l1" in request.labels', { request: { labels } })).toMatchObject({ why: "error" });
    expect(evaluate('false && "l1" in request.labels', { request: { labels } })).toMatchObject({ why: "error" });
    expect(evaluate('"l1" in request.labels', { request: { labels: labels.slice(1) } })).toBe(true);
    expect(evaluate("has(request.labels)", { request: { labels } })).toBe(true);
  });

  test("what is no safe integer is an error to read", () => {
    for (const bytes of [0.5, 2 ** 53, 1e300]) {
      expect(evaluate("request.size.bytes > 1", { request: { size: { bytes } } })).toMatchObject({ why: "error" });
    }
    for (const [text, env] of [["model.context_tokens > 1", { model: { context_tokens: 0.5 } }], ["service.version_major > 1", { service: { version_major: 0.5 } }]] as const) {
      expect(evaluate(text, { request: {}, ...env })).toMatchObject({ why: "error", message: expect.stringContaining("integer") as string });
    }
    expect(evaluate("request.size.bytes == 9007199254740991", { request: { size: { bytes: Number.MAX_SAFE_INTEGER } } })).toBe(true);
  });

  test("size counts code points, and half a pair as one", () => {
    for (const [tenant, size] of [["\u{1F600}", 1], ["\uffffa", 2], ["\u{10000}a", 2], ["\ud83d", 1], ["e\u0301", 2], ["", 0]] as const) expect(evaluate(`request.principal.tenant.size() == ${String(size)}`, { request: { principal: { tenant } } }), tenant).toBe(true);
  });

  test("a message is no longer than 200 units", () => {
    expect(["b".repeat(199), "b".repeat(200), "b".repeat(201)].map((message) => new CelFault(message).message.length)).toEqual([199, 200, 200]);
  });

  test("a failure never repeats values of the data", () => {
    const secret = "peter@example.org";
    const result = evaluate("request.labels[3] == request.principal.tenant", { request: { labels: [secret], principal: { tenant: secret } } });
    expect(JSON.stringify(result)).not.toContain(secret);
    // Places that the data names: in the shape of the schema, and in any other.
    for (const bytes of [4_111_111_111_111_111, secret, true]) {
      const fault = evaluate("request.labels[request.size.bytes] == 'a'", { request: { labels: [], size: { bytes } } });
      expect(fault).toMatchObject({ why: "error", message: expect.stringMatching(/^(?:index out of bounds|field not found)$/) as string });
    }
  });

  test("names of the prototype are no fields", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      expect(readCondition(`request.${name} == 1`, "when").ok).toBe(false);
      expect(readCondition(`has(request.${name})`, "when").ok).toBe(false);
    }
  });
});
