import { digest } from "@caio/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  parseHistory,
  parsePrincipal,
  parseRequestDocument,
  parseRequestValue,
  stampedSize,
  toWire,
  tryParseHistory,
  tryParsePrincipal,
  tryParseRequestDocument,
} from "../src/index.ts";
import { requestDocumentSource, withoutProto } from "./arbitraries.ts";

function pathsOf(result: ReturnType<typeof tryParseRequestDocument> | ReturnType<typeof tryParseHistory> | ReturnType<typeof tryParsePrincipal>): string[] {
  return result.ok ? [] : result.problems.map((problem) => problem.path);
}

describe("request documents", () => {
  test("an empty one asks for nothing", () => {
    expect(parseRequestDocument("{}")).toEqual({
      intent: { categories: [] },
      action: { kind: "read" },
      context: [],
      data: { labels: [] },
      size: {},
      requirements: {
        capabilities: [],
        guarantees: [],
        constraints: { regions: [], route: "any", services: [], models: [] },
        privacy: { onDevice: false, compliance: [] },
      },
      limits: {},
      policies: [],
      fallback: true,
      plan: null,
    });
  });

  test("the short forms of the original", () => {
    const listed = parseRequestDocument('{ "requirements": ["llm_inference"], "context": {} }');
    expect(listed.requirements.capabilities).toEqual([{ anyOf: [{ type: "llm_inference", parameters: {} }] }]);
    const single = parseRequestDocument('{ "capability": "llm_inference", "max_latency_ms": 500 }');
    expect(single.requirements).toEqual(listed.requirements);
    expect(single.limits).toEqual({ latencyUs: 500_000 });
  });

  test("demands and limits tighten", () => {
    const { requirements, limits } = parseRequestDocument(`requirements:
  guarantees:
    - { property: classification_accuracy, bound: { min: 0.90000001 } }
    - { property: latency_ms, coverage: 0.9500001, bound: { max: 800.0009 } }
limits: { budget: 0.0000019, latency_ms: 1.0009, latency_coverage: 0.9500001, deadline_ms: 2.5 }`);
    expect(requirements.guarantees).toEqual([
      { property: "latency", coveragePpm: 950_001, bound: { maxUs: 800_000 } },
      { property: "classification_accuracy", coveragePpm: 1_000_000, bound: { minMicros: 900_001 } },
    ]);
    expect(limits).toEqual({ budgetMicros: 1, latencyUs: 1000, latencyCoveragePpm: 950_001, deadlineUs: 2500 });
  });

  test.each(["now", "decision_key", "principal", "traits", "detected_labels"])("a caller who sends %s is refused", (key) => {
    const result = tryParseRequestDocument(JSON.stringify({ [key]: 1 }));
    expect(result).toMatchObject({ ok: false, problems: [{ path: key, found: "a key that only the door sets" }] });
  });

  test.each([
    ['{ "requirments": [] }', "requirments"],
    ['{ "action": { "kind": "delete" } }', "action.kind"],
    ['{ "action": {} }', "action.kind"],
    ['{ "limits": { "budget": -1 } }', "limits.budget"],
    ['{ "limits": { "deadline_ms": 0 } }', "limits.deadline_ms"],
    ['{ "size": { "bytes": 1e13 } }', "size.bytes"],
    ['{ "plan": { "seq": [] } }', "plan.seq"],
    ['{ "capability": "a", "requirements": ["b"] }', "capability"],
    ['{ "max_latency_ms": 1, "limits": { "latency_ms": 2 } }', "max_latency_ms"],
    ['{ "caio_request": 2 }', "caio_request"],
    ['{ "context": { "user": "hello" } }', "context.user"],
    ['{ "data": { "payload": 9007199254740993 } }', "data.payload"],
    [JSON.stringify({ context: Array.from({ length: 65 }, () => ({ role: "user", text: "" })) }), "context"],
  ])("%s is refused", (text, path) => {
    expect(pathsOf(tryParseRequestDocument(text))).toContain(path);
  });

  test("nothing of the caller's words is repeated", () => {
    const words = "hunter2 is my pass";
    for (const text of [words, `requirements: "${words}"`, `intent: "${words}"`, `data: { payload: { __proto__: "${words}" } }`, `context: "${words}"`, `intent: { text: ["${words}"] }`, `context: [{ role: "${words}", text: x }]`]) {
      const result = tryParseRequestDocument(text);
      expect(result.ok).toBe(false);
      expect(JSON.stringify(result)).not.toContain("hunter2");
    }
  });

  test("text in place of a number is repeated only if it looks like one", () => {
    const foundFor = (budget: string): string | undefined => {
      const result = tryParseRequestDocument(JSON.stringify({ limits: { budget } }));
      return result.ok ? undefined : result.problems[0]?.found;
    };
    expect(["0,5", "1.2.3", "1_000", "+5"].map(foundFor)).toEqual(['"0,5"', '"1.2.3"', '"1_000"', '"+5"']);
    expect(["sk-S3CR3Tbudget", "much", "e", "...", "", "0".repeat(25) + ",1", "0x10"].map(foundFor)).toEqual(Array.from({ length: 7 }, () => "text"));
    expect(foundFor("0.5")).toBeUndefined();
  });

  test("text and value give the same document", () => {
    fc.assert(fc.property(requestDocumentSource, (source) => {
      const clean = withoutProto(source);
      const text = JSON.stringify(clean);
      const fromText = tryParseRequestDocument(text);
      expect(fromText).toMatchObject({ ok: true });
      if (fromText.ok) expect(digest(toWire(fromText.value))).toBe(digest(toWire(parseRequestValue(JSON.parse(text)))));
    }), { numRuns: 60 });
  });
});

describe("stamped size", () => {
  const sized = (source: Record<string, unknown>): unknown => stampedSize(parseRequestValue(source));

  test("is the larger of the declared and the payload's", () => {
    expect(sized({})).toEqual({});
    expect(sized({ size: { max_output_tokens: 3 } })).toEqual({ maxOutputTokens: 3 });
    expect(sized({ data: { payload: "größe" } })).toEqual({ bytes: 7, inputTokens: 7 });
    expect(sized({ data: { payload: { b: 1, a: "ö" } } })).toEqual({ bytes: 16, inputTokens: 16 });
    expect(sized({ data: { payload: null }, size: { bytes: 9, input_tokens: 2 } })).toEqual({ bytes: 9, inputTokens: 4 });
  });
});

describe("principals", () => {
  test("say who asks; unsaid is nothing", () => {
    expect(parsePrincipal("{ subject: ann, issuer: local, tenant: acme }")).toEqual({
      subject: "ann", issuer: "local", tenant: "acme", permissions: [], trust: 0, evidence: { method: "local" },
    });
    const full = parsePrincipal('{ subject: ann, issuer: local, tenant: acme, permissions: [b, a, b], trust: high, region: eu, traits: { conservative: "0.2", confidential: 0.5, risk: 1 }, evidence: { method: jwt, key_id: k, alg: ES256, exp: 12 } }');
    expect(full).toMatchObject({ permissions: ["a", "b"], trust: 8, traits: { conservativeMicros: 200_000, confidentialMicros: 500_000, riskMicros: 1_000_000 }, evidence: { method: "jwt", keyId: "k", exp: 12 } });
    expect(pathsOf(tryParsePrincipal("{ subject: ann, issuer: x, tenant: A, trust: 11, traits: { risk: 2 } }"))).toEqual(["tenant", "trust", "traits.conservative", "traits.confidential", "traits.risk"]);
  });
});

describe("histories", () => {
  const leaf = { service: "b", model: null, health: "healthy", promises: [], outcomes: 3, violations: 1 };
  const read = (leaves: unknown[]): ReturnType<typeof tryParseHistory> => tryParseHistory(JSON.stringify({ caio_history: 1, version: 4, leaves }));

  test("are sorted, null first, and take doubles as numbers or hex", () => {
    const theta = Array.from({ length: 16 }, (_, index) => index / 3);
    const hex = Buffer.alloc(128);
    theta.forEach((value, index) => hex.writeDoubleBE(value, index * 8));
    const inverse = Array.from({ length: 256 }, () => 0.1);
    const learned = { theta: hex.toString("hex"), inverse };
    const history = parseHistory(JSON.stringify({ caio_history: 1, version: 4, leaves: [{ ...leaf, model: "m" }, { ...leaf, learned }, { ...leaf, service: "a" }] }));
    expect(history.leaves.map((item) => [item.service, item.model])).toEqual([["a", null], ["b", null], ["b", "m"]]);
    expect(history.leaves[1]?.learned).toEqual({ theta, inverse });
  });

  test("promises are read as contracts write them, or normalised", () => {
    const written = read([{ ...leaf, promises: [{ property: "latency_ms", coverage: 0.9, bound: { max: 2 } }] }]);
    const normal = read([{ ...leaf, promises: [{ property: "latency", coverage_ppm: 900_000, bound: { max_us: 2000 } }] }]);
    expect(written).toEqual(normal);
    expect(written.ok).toBe(true);
  });

  test("what cannot be is refused", () => {
    expect(pathsOf(read([leaf, leaf]))).toEqual(["leaves[1]"]);
    expect(pathsOf(read([{ ...leaf, violations: 4 }]))).toEqual(["leaves[0].violations"]);
    expect(pathsOf(read([{ ...leaf, memory: [1] }]))).toEqual(["leaves[0].memory"]);
    expect(pathsOf(read([{ ...leaf, memory: "7ff8000000000000".repeat(128) }]))).toEqual(["leaves[0].memory"]);
    expect(pathsOf(tryParseHistory('{ "version": 1, "leaves": [] }'))).toEqual(["caio_history"]);
  });
});
