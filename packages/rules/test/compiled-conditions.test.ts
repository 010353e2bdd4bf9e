import type { JsonObject } from "@caio/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readCondition, type CelFailure, type CelProgram, type Condition } from "../src/index.ts";
import { conditions, type Env } from "./support/expressions.ts";
import { referenceProgram } from "./support/reference-program.ts";
import { typedConditions, typedEnvironments } from "./support/typed-conditions.ts";

interface Both {
  readonly condition: Condition;
  readonly reference: CelProgram;
}

/** Compiled and reference, if the loader takes the text. */
function bothOf(source: string): Both | undefined {
  const reading = readCondition(source, "effect");
  return reading.ok ? { condition: reading.condition, reference: referenceProgram(reading.condition) } : undefined;
}

/** Counts the answers, so that a test can say that it met each kind. */
class Tally {
  readonly counts = new Map<string, number>();

  add(answer: boolean | CelFailure): void {
    const name = typeof answer === "boolean" ? String(answer) : answer.why;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** The part of all answers that were of a kind. */
  shareOf(kind: string): number {
    const all = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    return (this.counts.get(kind) ?? 0) / all;
  }
}

/** What is compiled says what @bufbuild/cel says, errors word for word. */
function compare(source: string, env: Env, tally: Tally): void {
  const both = bothOf(source);
  if (both !== undefined) compareBoth(both, env, tally);
}

function compareBoth({ condition, reference }: Both, env: Env, tally: Tally): void {
  const wanted = reference.evaluate(env);
  expect(plain(condition.program.evaluate(env)), condition.source).toEqual(plain(wanted));
  tally.add(wanted);
}

function plain(answer: boolean | CelFailure): unknown {
  return typeof answer === "boolean" ? answer : { why: answer.why, message: answer.message };
}

describe("compiled conditions say what @bufbuild/cel says", () => {
  test("of data in the shape of the schema", () => {
    const tally = new Tally();
    fc.assert(fc.property(typedConditions("effect"), typedEnvironments(0), (source, env) => { compare(source, env, tally); }), { numRuns: 1500 });
    for (const kind of ["true", "false", "error"]) expect(tally.shareOf(kind), kind).toBeGreaterThan(0.1);
  });

  test("of data in any other shape", () => {
    const tally = new Tally();
    fc.assert(fc.property(fc.oneof(typedConditions("effect"), conditions.map(({ text }) => text)), typedEnvironments(15), (source, env) => { compare(source, env, tally); }), { numRuns: 1500 });
    for (const kind of ["true", "false", "error"]) expect(tally.shareOf(kind), kind).toBeGreaterThan(0.1);
  });

  test("of each field that holds each of many shapes", () => {
    const sources = [
      "request.size.bytes + 1 > 0", "request.size.bytes * 2 - request.size.bytes == 0", "-request.size.bytes < 1", "request.size.bytes >= request.principal.trust",
      "request.size.bytes <= 3 || request.size.bytes != 2", "request.labels[request.size.bytes] == 'a'", "request.labels[0] == request.principal.tenant", "request.size.bytes in [1, 3]",
      "size(request.labels) == 1", "request.labels.size() == 1", "request.principal.tenant.size() > size(request.principal.tenant) - 1", "'a' in request.labels", "request.size.bytes == 1 ? true : false",
      "request.principal.tenant.startsWith('a')", "'aa'.contains(request.principal.tenant)", "request.labels.all(l, l == 'a')", "request.labels.exists(l, l.endsWith('a'))", "request.labels.filter(l, l != 'a') == []",
      "request.labels.map(l, request.size.bytes) == [3]", "request.labels == request.intent.categories", "has(request.size.bytes)", "has(request.size)", "!service.access.public", "service.access.public && true",
      "false || service.access.public", "service.access.public ? true : false", "request.labels.exists_one(l, service.access.public)", "request.labels.filter(l, service.access.public).size() == 1", "service.access.public",
      "request.labels.all(l, service.access.public)", "service.access.public == (request.size.bytes > 1)", "request.principal.tenant in request.labels", "request.principal.tenant == request.data.media_type",
      ...["+", "-", "*"].flatMap((op) => [`request.size.bytes ${op} request.principal.trust == 1`, `request.size.bytes ${op} request.principal.trust == request.size.bytes`]),
      ...["<", "<=", ">", ">="].flatMap((op) => [`request.size.bytes ${op} request.principal.trust`, `request.size.bytes * 2 ${op} request.principal.trust * 2`]),
      "request.size.bytes * 2 * request.principal.trust > request.size.bytes * 2", "'ab'.startsWith(request.principal.tenant)", "'ab'.endsWith(request.principal.tenant)",
    ];
    const shapes = [undefined, null, true, false, 0, 1, 3, -1, Number.MAX_SAFE_INTEGER, 0.5, 2 ** 53, "", "a", "0", [], ["a"], ["b", "a"], [1], [null], {}, { a: 1 }, { a: 2 }, { "": "a", b: [1, null, { c: 2 ** 60 }] }, [{ a: 1 }], { a: null }, { a: 2 ** 53 }, { a: "9007199254740992" }, { a: [1] }, { a: { "0": 1 } }];
    const tally = new Tally();
    const ready = sources.flatMap((source) => bothOf(source) ?? []);
    expect(ready).toHaveLength(sources.length);
    for (const one of shapes) {
      for (const other of shapes) {
        const env = withShapes(one, other);
        for (const both of ready) compareBoth(both, env, tally);
      }
    }
    expect(Object.fromEntries([...tally.counts].map(([kind, count]) => [kind, count > 50]))).toEqual({ true: true, false: true, error: true, not_bool: true });
  });

  test("of fields whose object is absent", () => {
    const tally = new Tally();
    for (const source of ["has(request.size.bytes)", "has(request.size)", "request.size.bytes > 1", "has(service.access.public)", "service.access.public", "has(model.id)", "!has(request.principal.tenant) || true"]) compare(source, { request: {}, service: {}, model: {} }, tally);
    expect([...tally.counts]).toEqual([["error", 4], ["false", 2], ["true", 1]]);
  });

  test("where several items of a list err, each in its own way", () => {
    const tally = new Tally();
    const body = '(l == "a" ? request.size.bytes == 1 : l == "b" ? request.limits.latency_us == 1 : l == "c")';
    const sources = [`.all(l, ${body})`, `.exists(l, ${body})`, `.exists_one(l, ${body})`, `.filter(l, ${body}) == []`, `.map(l, ${body}) == [true]`].map((rest) => `request.labels${rest}`);
    for (const labels of [["a", "b"], ["b", "a"], ["a", "b", "c"], ["c", "b", "d", "a"], ["d", "a", "b", "d"], ["a", "b", "c", "c"]]) {
      for (const source of sources) compare(source, { request: { labels, size: {}, limits: {} }, service: {}, model: {} }, tally);
    }
    expect(tally.counts.get("error")).toBeGreaterThan(15);
  });

  test("of ints that pass the safe ones and come back", () => {
    const tally = new Tally();
    const request = { size: { bytes: Number.MAX_SAFE_INTEGER }, principal: { trust: 1 } };
    const passed = "(request.size.bytes + request.principal.trust)";
    for (const source of [
      `${passed} - 1 == request.size.bytes`,
      `${passed} - 1 in [request.size.bytes]`,
      `request.size.bytes * 2 - request.size.bytes == 9007199254740991`,
      `[${passed}] == [9007199254740991 + 1] && ${passed} in [0, 9007199254740991 + 1]`,
      `-${passed} == -request.size.bytes - 1 && -(-${passed}) == ${passed}`,
      `request.size.bytes < ${passed} && ${passed} > 1 && ${passed} >= ${passed} && !(${passed} <= request.size.bytes)`,
      `[1, 2][${passed} - request.size.bytes] == 2`,
      `[1, 2][0 * -1] == 1 && 0 * -1 == 0`,
    ]) compare(source, { request, service: {}, model: {} }, tally);
    expect([...tally.counts]).toEqual([["true", 8]]);
  });

  test("of a condition without a service or a model", () => {
    for (const source of ["service.access.public", "has(service.access)", "has(service.access.public)", "model.context_tokens > 1 || true", "service.capabilities[0] == 'a'", "!has(model.id) && request.labels == []"]) {
      const both = bothOf(source);
      const request = { labels: [] };
      expect(plain(both?.condition.program.evaluate({ request }) ?? false), source).toEqual(plain(both?.reference.evaluate({ request }) ?? true));
    }
  });
});

/** Shapes in the place of an int, a text, a list and a bool. */
function withShapes(one: unknown, other: unknown): Env {
  const request = { size: { bytes: one }, labels: other, intent: { categories: one }, principal: { tenant: other, trust: other }, data: { media_type: one } };
  return { request: JSON.parse(JSON.stringify(request)) as JsonObject, service: JSON.parse(JSON.stringify({ access: { public: one } })) as JsonObject, model: {} };
}

test("what a service says is not kept of a request", () => {
  const source = 'request.labels.exists(l, l == "a") && service.capabilities.exists(c, c == "a") && request.labels.exists(l, l in service.capabilities)';
  const request = { labels: ["a"] };
  const answers = [["a"], ["b"], ["a"], []].map((capabilities) => bothOf(source)?.condition.program.evaluate({ request, service: { capabilities }, model: {} }));
  expect(answers).toEqual([true, false, true, false]);
});

test("what is kept of one request is not taken for another", () => {
  fc.assert(
    fc.property(typedConditions("effect"), fc.array(typedEnvironments(3), { minLength: 2, maxLength: 4 }), (source, environments) => {
      const both = bothOf(source);
      if (both === undefined) return;
      // Each request with each service, so that one comes back after others.
      for (const { service, model } of environments) {
        for (const { request } of environments) {
          const env = { request, service, model };
          expect(plain(both.condition.program.evaluate(env)), source).toEqual(plain(both.reference.evaluate(env)));
        }
      }
    }),
    { numRuns: 400 },
  );
});
