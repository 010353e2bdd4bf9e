import type { JsonObject } from "@caio/core";
import { describe, expect, test } from "vitest";

import { compile } from "../src/cel/evaluate/compile.ts";
import { readFacts, slotOf } from "../src/cel/evaluate/facts.ts";
import { frameWith, type Frame } from "../src/cel/evaluate/frame.ts";
import type { Value } from "../src/cel/evaluate/value.ts";
import { readCondition } from "../src/index.ts";

const request: JsonObject = { action: { kind: "read" }, labels: ["a", "b"], intent: { categories: ["a"] }, size: { bytes: 3 } };
const service: JsonObject = { access: { public: true }, capabilities: ["a", "b", "c"] };

/** A frame that counts how often the request is read, and which of its fields. */
function countingFrame(facts: ReturnType<typeof readFacts>, reads: number[]): Frame {
  const slots = new Proxy(facts.slots, {
    get: (target, slot) => {
      if (typeof slot === "string" && /^\d+$/.test(slot)) reads.push(Number(slot));
      return Reflect.get(target, slot) as Value;
    },
  });
  return frameWith({ ...facts, slots }, { service, model: {} });
}

/** How often a condition reads the request: for a first candidate, for a second, and for one of another request. */
function readsOf(source: string, keeps = true): readonly number[] {
  const reading = readCondition(source, "effect");
  if (!reading.ok) throw new Error(`refused: ${source}`);
  const evaluate = compile(reading.condition.syntax, keeps);
  const reads: number[] = [];
  const [one, other] = [readFacts("request", request), readFacts("request", request)];
  return [one, one, other].map((facts) => {
    reads.length = 0;
    evaluate(countingFrame(facts, reads));
    return reads.length;
  });
}

const holdsA = 'request.labels.exists(l, l == "a")';

describe("what a condition says of the request alone is evaluated once for a request", () => {
  test.each([
    holdsA, 'request.labels.all(l, l != "x")', 'request.labels.exists_one(l, l == "a")', `!${holdsA}`, `${holdsA} && request.size.bytes > 1`, 'size(request.labels.filter(l, l != "a")) == 1',
    "-request.size.bytes < request.size.bytes", "request.labels.exists(l, request.intent.categories.exists(c, c == l))", "request.labels.map(l, l) == request.labels", '"a" in request.labels',
  ])("all of %s", (source) => {
    const [first = 0, second, third] = readsOf(source);
    expect(first).toBeGreaterThan(0);
    expect([second, third]).toEqual([0, first]);
    expect(readsOf(source, false)).toEqual([first, first, first]);
  });

  test.each([
    // Beside what the service says.
    `service.access.public && ${holdsA}`, `${holdsA} == service.access.public`, `(service.access.public ? ${holdsA} : false)`, `[${holdsA}, service.access.public] == [true, true]`, `service.capabilities.exists(c, c == "x") || ${holdsA}`,
    // A list is not kept, but what it is made of and what is made of it.
    `service.capabilities.exists(c, ${holdsA} && c == "x")`, "[1, 2][request.labels.exists(l, l == \"a\") ? 0 : 1] == size(service.capabilities)",
  ])("the part of %s that does", (source) => {
    const [first = 0, second, third] = readsOf(source);
    expect(first).toBeGreaterThan(0);
    expect([second, third]).toEqual([0, first]);
  });

  test("once, too, for all items of a list of the service's", () => {
    const [one] = readsOf(holdsA);
    expect(readsOf(`service.capabilities.all(c, ${holdsA} && c != "x")`)).toEqual([one, 0, one]);
    expect(readsOf(`service.capabilities.all(c, ${holdsA} && c != "x")`, false)).toEqual([3, 3, 3].map((times) => times * (one ?? 0)));
  });

  test.each([
    // What asks for less than to know whether it is known.
    "request.size.bytes < 4 && service.access.public", "request.size.bytes < request.size.bytes",
    // Of the service, or of an item around.
    "request.labels.exists(l, l in service.capabilities)", "service.capabilities.exists(c, request.labels.exists(l, l == c))", 'request.labels.exists(l, l == "x" || service.access.public)',
    // Lists.
    'service.capabilities == request.labels.filter(l, l != "a")', "service.capabilities == request.labels.map(l, l)", "service.capabilities == [request.action.kind, request.action.kind, request.action.kind]",
  ])("and %s anew for each candidate", (source) => {
    const [first = 0, second, third] = readsOf(source);
    expect(first).toBeGreaterThan(0);
    expect([second, third]).toEqual([first, first]);
  });

  test("a choice is evaluated anew, its test is not", () => {
    const source = `service.access.public && (${holdsA} ? request.size.bytes < 4 : false)`;
    const [first = 0, second] = readsOf(source);
    expect([second, first]).toEqual([1, first]);
    expect(first).toBeGreaterThan(1);
  });

  test("also when it is an error", () => {
    expect(readsOf("request.labels.exists(l, request.limits.latency_us == 1) && service.access.public")[1]).toBe(0);
  });
});

describe("what was read of an object", () => {
  test("has a turn of its own, above 0", () => {
    const turns = Array.from({ length: 5 }, () => readFacts("request", request).turn);
    expect(turns.every((turn, at) => turn > (turns[at - 1] ?? 0))).toBe(true);
  });

  test("has a slot for each path of the schema, and for no other", () => {
    const paths = ["request.labels", "request.size", "request.size.bytes", "service.id", "service.access.public"];
    expect(paths.every((path) => Number.isInteger(slotOf(path)))).toBe(true);
    expect(() => slotOf("request.nothing")).toThrow("There is no field request.nothing in the schema.");
  });
});
