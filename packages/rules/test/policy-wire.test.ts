import type { JsonValue } from "@caio/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parsePolicySet, policyDigest, policyFromWire, policyToWire } from "../src/index.ts";
import { effectivePolicy } from "../src/index.ts";
import { examplePolicy, policyOf } from "./support/samples.ts";

const example = parsePolicySet(examplePolicy);

/** The wire form of the example, changed at one path. */
function changed(path: readonly string[], value: JsonValue | undefined): JsonValue {
  const copy = structuredClone(policyToWire(example)) as Record<string, unknown>;
  let place = copy;
  for (const part of path.slice(0, -1)) place = place[part] as Record<string, unknown>;
  const last = path.at(-1) ?? "";
  if (value === undefined) place[last] = undefined;
  else place[last] = value;
  return JSON.parse(JSON.stringify(copy)) as JsonValue;
}

describe("the wire form", () => {
  test("comes back the same", () => {
    expect(policyFromWire(policyToWire(example))).toEqual(example);
    expect(policyDigest(policyFromWire(policyToWire(example)))).toBe(policyDigest(example));
  });

  test("comes back the same for any numbers", () => {
    const number = fc.integer({ min: -499_999_999, max: 499_999_999 }).map((micros) => (micros / 1e6).toFixed(6));
    fc.assert(
      fc.property(number, number, fc.uniqueArray(fc.constantFrom("a", "b-1", "z")), (cost, risk, forbidden) => {
        const policy = parsePolicySet(JSON.stringify({ caio_policy: 1, id: "x", weights: { cost, risk }, safety: { forbidden } }));
        expect(policyFromWire(policyToWire(policy))).toEqual(policy);
      }),
      { numRuns: 50 },
    );
  });

  test("of an effective policy comes back too, with its compound rule ids", () => {
    const policy = effectivePolicy(example, [policyOf("eu", ["{ id: a, require: 'service.access.public', reason: r }"])]);
    expect(policyFromWire(policyToWire(policy))).toEqual(policy);
  });

  test.each<[string, readonly string[], JsonValue | undefined]>([
    ["an unknown member", ["surprise"], 1],
    ["a missing member", ["monitor"], undefined],
    ["a missing weight", ["weights", "cost"], undefined],
    ["a number that is not whole", ["weights", "cost"], 1.5],
    ["a number out of range", ["exploration", "epsilon_ppm"], 1_000_001],
    ["a list out of order", ["privacy", "sensitive"], ["personal", "health"]],
    ["a list with repeats", ["safety", "forbidden"], ["a", "a"]],
    ["rules out of order", ["rules"], [...(policyToWire(example)["rules"] as JsonValue[])].reverse()],
    ["a condition outside of the profile", ["rules", "0", "when"], "service.access.public"],
    ["a rule without effect", ["rules", "0", "effect"], undefined],
  ])("refuses %s", (_what, path, value) => {
    expect(() => policyFromWire(changed(path, value))).toThrow(expect.objectContaining({ code: "InvalidPolicy" }));
  });

  test("refuses what is no object", () => {
    for (const value of [null, 1, "x", []]) expect(() => policyFromWire(value)).toThrow(expect.objectContaining({ code: "InvalidPolicy" }));
  });
});
