import { describe, expect, it } from "vitest";

import { invariantOf, readInvariants, type Invariant } from "../scorecard/invariant.ts";
import { properties } from "../scorecard/properties.ts";
import type { Property } from "../scorecard/property.ts";
import { scoreInvariant } from "../scorecard/score-invariant.ts";

const terms = { seed: 1, cases: 5, clock: () => 0 };
const invariant: Invariant = { id: "INV-X", statement: "s", lemma: "l", step: "1", checked: "c", check: "x", faults: ["broken"] };
const property = (change: Partial<Property>): Property => ({
  name: "x",
  faults: ["broken"],
  run: ({ fault }) => Promise.resolve(fault === undefined ? { cases: 5 } : { cases: 0, violation: "found" }),
  ...change,
});

describe("a score", () => {
  it("is GREEN where the property holds and every fault is found", async () => {
    const score = await scoreInvariant(invariant, property({}), terms);
    expect(score).toMatchObject({ status: "GREEN", cases: 5, faults: { caught: ["broken"] }, reasons: [] });
  });

  it.each<[string, Invariant, Property | undefined, string]>([
    ["there is no property", invariant, undefined, "no property is called x"],
    ["the property is broken", invariant, property({ run: () => Promise.resolve({ cases: 1, violation: "world 7" }) }), "world 7"],
    ["no case says anything", invariant, property({ run: () => Promise.resolve({ cases: 0 }) }), "no case said anything of it"],
    ["a check cannot fail", invariant, property({ run: () => Promise.resolve({ cases: 5 }) }), "the fault broken was not found"],
    ["no fault is named", { ...invariant, faults: [] }, property({ faults: [] }), "no fault can make it fail"],
    ["the property has another fault", { ...invariant, faults: [] }, property({}), "faults that the file does not name: broken"],
    ["the property does not know the fault", invariant, property({ faults: [] }), "the property knows no fault broken"],
  ])("is RED where %s", async (_name, file, bound, reason) => {
    const score = await scoreInvariant(file, bound, terms);
    expect(score.status).toBe("RED");
    expect(score.reasons).toContain(reason);
  });
});

describe("docs/invariants", () => {
  const invariants = readInvariants();

  it("are those of calculus §10", () => {
    const numbered = ["1", "2", "3", "4", "5", "6"].map((digit) => `000${digit}`);
    const others = ["SAFETY", "POLICY", "TRAITS", "BUDGET", "LATENCY", "MODEL", "TRACE", "OPT", "COMPLETE", "LOG"].map((name) => `${name}-0001`);
    const ids = [...numbered, ...numbered.map((number) => `SEC-${number}`), ...others].map((name) => `INV-CAIO-${name}`);
    expect(invariants.map(({ id }) => id)).toEqual(ids.sort());
  });

  it("bind to properties one to one, with the same faults", () => {
    const bound = new Map(properties.map(({ name, faults }) => [name, [...faults].sort()]));
    expect(invariants.map(({ check }) => check).sort()).toEqual([...bound.keys()].sort());
    for (const { check, faults } of invariants) expect([...faults].sort()).toEqual(bound.get(check));
  });

  it.each(properties.map((bound): [string, Property] => [bound.name, bound]))("%s holds on a few cases", { timeout: 60_000 }, async (_name, bound) => {
    expect(await bound.run({ seed: 600_000, cases: 30 })).not.toHaveProperty("violation");
  });

  it("refuse a file with a wrong key, a missing text or another name", () => {
    expect(() => invariantOf("id: INV-X\nreason: none", "INV-X.yaml")).toThrow('found "reason"');
    expect(() => invariantOf("id: INV-X\nfaults: []", "INV-X.yaml")).toThrow('no text at "statement"');
    expect(() => invariantOf("id: INV-Y\nfaults: []", "INV-X.yaml")).toThrow("expected the name of the file");
    expect(() => invariantOf("[", "INV-X.yaml")).toThrow("INV-X.yaml");
  });
});
