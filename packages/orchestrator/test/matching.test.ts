import type { HistoryLeaf } from "@caio/contracts";
import { encodeContract, HashingEncoder } from "@caio/control";
import { RegistrySnapshot } from "@caio/registry";
import { describe, expect, it } from "vitest";

import { HistorySnapshot } from "../src/index.ts";
import { findDomain } from "../src/steps/matching.ts";
import { decide, type DecideTerms } from "./support/decide.ts";
import { contract, principal, request } from "./support/house.ts";

const leaf = (health: HistoryLeaf["health"], model: string | null = null): HistoryLeaf => ({ service: "a", model, health, promises: [], outcomes: 0, violations: 0 });

/** At which clause each pair falls, and on what evidence; the model's name for one that is admitted. */
function falls(terms: DecideTerms, service: Readonly<Record<string, unknown>> = {}, asked: Readonly<Record<string, unknown>> = {}): unknown {
  return decide([contract("a", service)], request(asked), terms).verdicts.map((verdict) => (verdict.step === 0 ? verdict.model : [verdict.step, verdict.clause, verdict.evidence]));
}

describe("step 1 (calculus §1, §2)", () => {
  it("leaves out the pairs that the parent excluded, and no other model of the service", () => {
    const excluded = [1, "excluded", { by: "lineage" }];
    const models = { models: [{ id: "m" }, { id: "n" }] };
    const without = (service: string, model: string | null): DecideTerms => ({ lineage: { parent: "0".repeat(64), excluded: [{ service, model }] } });
    expect(falls(without("a", "m"), models)).toEqual([excluded, "n"]);
    expect(falls(without("b", "m"), models)).toEqual(["m", "n"]);
    expect(falls(without("a", null), models)).toEqual(["m", "n"]);
    expect(falls(without("a", null))).toEqual([excluded]);
  });

  it("leaves out what drains and what is unhealthy, of a service the pairs of which it is said", () => {
    expect(falls({ draining: ["a"] })).toEqual([[1, "health", { found: "draining" }]]);
    expect(falls({ leaves: [leaf("unhealthy")] })).toEqual([[1, "health", { found: "unhealthy" }]]);
    expect(falls({ leaves: [leaf("degraded")] })).toEqual([null]);
    expect(falls({ leaves: [leaf("unhealthy", "m")] }, { models: [{ id: "m" }, { id: "n" }] })).toEqual([[1, "health", { found: "unhealthy" }], "n"]);
  });

  it("names what the contract lacks: where, what was found, what was expected", () => {
    const narrow = { constraints: { media_types: ["text/plain"] } };
    expect(falls({}, narrow, { data: { payload: "?", media_type: "image/png" } })).toEqual([[1, "assumptions", { path: "data.media_type", found: ["text/plain"], expected: "image/png" }]]);
    expect(falls({}, narrow, { data: { payload: "?", media_type: "text/plain" } })).toEqual([null]);
    expect(falls({}, narrow)).toEqual([null]);
    expect(falls({}, {}, { requirements: { capabilities: [{ type: "language.identify" }], constraints: { services: ["b"] } } })).toEqual([[1, "constraints", { path: "constraints.services", found: "a", expected: ["b"] }]]);
  });
});

describe("findDomain", () => {
  const encoder = new HashingEncoder();
  const view = RegistrySnapshot.empty.apply([contract("b"), contract("a", { models: [{ id: "n" }, { id: "m" }] })].map((each) => ({ kind: "register" as const, contract: each, encoding: encodeContract(each, encoder), encoderId: encoder.id }))).view(principal.tenant);
  const asked = decidedRequest();

  it("lists the pairs in order with their places, the same ones again for the same view and history", () => {
    const history = HistorySnapshot.of({ version: 0, leaves: [leaf("degraded", "m")] });
    const domain = findDomain(asked, view, history);
    expect(domain.pairs.map(({ service, model, place, leaf: known }) => [service, model, place, known?.health])).toEqual([["a", "m", 0, "degraded"], ["a", "n", 1, undefined], ["b", null, 2, undefined]]);
    const again = findDomain(asked, view, history);
    expect(again).toEqual(domain);
    expect(again.pairs).toBe(domain.pairs);
    const other = findDomain(asked, view, HistorySnapshot.of({ version: 1, leaves: [leaf("unhealthy", "m")] }));
    expect(other.pairs.map(({ leaf: known }) => known?.health)).toEqual(["unhealthy", undefined, undefined]);
  });

  function decidedRequest(): Parameters<typeof findDomain>[0] {
    return { document: request(), now: 0, decisionKey: "0".repeat(64), testKey: true, principal, detected: [], size: {}, fields: { encoderId: encoder.id, intent: encoder.encode(""), context: [] } };
  }
});
