import { toWire } from "@caio/contracts";
import { canonicalJson, type JsonValue } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  SecurityTest,
  SecurityVerifier,
  securityClauses,
  unionLabels,
  verifyAuthentication,
  verifyAuthorization,
  verifyPrivacy,
  verifySecurity,
  verifyTrust,
} from "../src/index.ts";
import { contract, contracts, evidence, labels, permissions, principal, principals, privacyPolicies } from "./worlds.ts";

const routes = fc.constantFrom("any" as const, "internal" as const, "external" as const);
const times = fc.integer({ min: 0, max: 20_000 });

describe("the five predicates together", () => {
  it("evaluates all five in order, names the first that fails, and holds exactly if none does", () => {
    const seen = new Map<string | null, number>();
    fc.assert(
      fc.property(principals, contracts, labels, privacyPolicies, routes, times, (who, target, found, privacy, requestRoute, now) => {
        const verdict = verifySecurity({ principal: who, now, labels: found, requestRoute }, target, { algorithms: ["ES256"], privacy });
        // Without evidence the same is said.
        expect(new SecurityTest({ principal: who, now, labels: found, requestRoute }, { algorithms: ["ES256"], privacy }).failedClause(target)).toBe(verdict.failed);
        seen.set(verdict.failed, (seen.get(verdict.failed) ?? 0) + 1);
        expect(verdict.evidence.map(({ clause }) => clause)).toEqual(securityClauses);
        const failing = verdict.evidence.filter(({ holds }) => !holds).map(({ clause }) => clause);
        expect(verdict.failed).toBe(failing[0] ?? null);
        expect(verdict.holds).toBe(failing.length === 0);
      }),
      { numRuns: 2_000 },
    );
    // The worlds reach every clause and success.
    expect([...seen.keys()].sort()).toEqual([...securityClauses, null].sort());
  });

  it("is JSON without subject, tenant or a permission that the contract does not ask", () => {
    fc.assert(
      fc.property(principals, contracts, labels, privacyPolicies, routes, times, (who, target, found, privacy, requestRoute, now) => {
        const asked = { ...who, permissions: [...who.permissions, "SECRET-permission"] };
        const verdict = verifySecurity({ principal: asked, now, labels: found, requestRoute }, target, { algorithms: ["ES256"], privacy });
        const text = canonicalJson(toWire(verdict));
        expect(text.toLowerCase()).not.toContain("secret");
        expect(JSON.parse(canonicalJson(verdict as unknown as JsonValue))).toEqual(verdict);
      }),
    );
  });

  it("is a function of its values: frozen inputs, equal outputs", () => {
    const question = Object.freeze({ principal: Object.freeze(principal()), now: 1, labels: Object.freeze(["personal"]), requestRoute: "any" as const });
    const config = { algorithms: ["ES256"], privacy: { mode: "strict" as const, sensitive: ["personal"], allowedLabels: {} } };
    const verifier = new SecurityVerifier(config);
    expect(verifier.verify(question, contract())).toEqual(verifySecurity(question, contract(), config));
  });
});

describe("monotone as they should be", () => {
  const rising = fc.tuple(permissions, permissions).map(([few, more]) => ({ few, more: [...new Set([...few, ...more])] }));

  it("more permissions never lose authorisation, fewer never gain it", () => {
    fc.assert(
      fc.property(rising, contracts, ({ few, more }, target) => {
        const before = verifyAuthorization({ permissions: few }, target).holds;
        const after = verifyAuthorization({ permissions: more }, target).holds;
        expect(!before || after).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("all implies any", () => {
    fc.assert(
      fc.property(permissions, contracts, (held, target) => {
        const as = (match: "any" | "all") => verifyAuthorization({ permissions: held }, { access: { ...target.access, match } }).holds;
        expect(!as("all") || as("any")).toBe(true);
      }),
    );
  });

  it("more trust never loses", () => {
    fc.assert(
      fc.property(fc.nat(10), fc.nat(10), contracts, (a, b, target) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(!verifyTrust({ trust: low }, target).holds || verifyTrust({ trust: high }, target).holds).toBe(true);
      }),
    );
  });

  it("more labels, more sensitive ones or strict mode never gain privacy; more allowed ones never lose it", () => {
    fc.assert(
      fc.property(labels, labels, contracts, privacyPolicies, (few, extra, target, policy) => {
        const holds = (found: readonly string[], under = policy) => verifyPrivacy(found, target, under).holds;
        const more = [...new Set([...few, ...extra])];
        const implied = (stronger: boolean, weaker: boolean) => !stronger || weaker;
        expect(implied(holds(more), holds(few))).toBe(true);
        expect(implied(holds(few, { ...policy, sensitive: [...policy.sensitive, ...extra] }), holds(few))).toBe(true);
        expect(implied(holds(few, { ...policy, mode: "strict" }), holds(few, { ...policy, mode: "encrypted" }))).toBe(true);
        const allowed = policy.allowedLabels[target.serviceId] ?? [];
        const widened = { ...policy, allowedLabels: { ...policy.allowedLabels, [target.serviceId]: [...allowed, ...extra] } };
        expect(implied(holds(few), holds(few, widened))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("once expired, never valid again; a wider allow-list never loses", () => {
    fc.assert(
      fc.property(evidence, times, times, (carried, a, b) => {
        const who = principal({ evidence: carried });
        const at = (now: number, algorithms = ["ES256"]) => verifyAuthentication(who, now, { algorithms });
        const [early, late] = [Math.min(a, b), Math.max(a, b)];
        if (at(early).reason === "expired") expect(at(late).holds).toBe(false);
        expect(!at(a).holds || at(a, ["ES256", "EdDSA", "HS256"]).holds).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("unionLabels", () => {
  it("is the sorted union without repeats", () => {
    expect(unionLabels(["b", "a", "b"], [{ label: "c", count: 2 }, { label: "a", count: 1 }])).toEqual(["a", "b", "c"]);
  });
});
