import { sha256Hex } from "@caio/core";
import { encodeContract, HashingEncoder } from "@caio/control";
import type { Request, ServiceContract } from "@caio/contracts";
import { RegistrySnapshot } from "@caio/registry";
import { parsePolicySet, type Weights } from "@caio/rules";
import type { CertifiedAdmission } from "@caio/traceability";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  caioRoute,
  choose,
  HistorySnapshot,
  nearestCounterfactual,
  PolicySnapshot,
  scoreService,
  smallestWeightFlips,
  stampRequest,
  type DecisionInputs,
  type ScoredField,
} from "../src/index.ts";
import { contract, principal, request } from "./support/house.ts";

const encoder = new HashingEncoder();

interface World {
  readonly request: Request;
  readonly inputs: DecisionInputs;
}

function world(contracts: readonly ServiceContract[], more: Readonly<Record<string, unknown>> = {}, policy = "", named: readonly string[] = []): World {
  const snapshot = RegistrySnapshot.empty.apply(
    contracts.map((each) => ({ kind: "register" as const, contract: each, encoding: encodeContract(each, encoder), encoderId: encoder.id })),
  );
  const document = request(more);
  const fields = { encoderId: encoder.id, intent: encoder.encode(document.intent.text ?? ""), context: [] };
  const base = parsePolicySet(`caio_policy: 1\nid: house\n${policy}`, { file: "house.yaml" });
  const others = named.map((text) => parsePolicySet(`caio_policy: 1\n${text}`, { file: "named.yaml" }));
  return {
    request: stampRequest(document, { now: 1_764_000_000_000, decisionKey: sha256Hex("key"), testKey: true, principal, detected: [], fields }),
    inputs: {
      registry: { view: snapshot.view(principal.tenant), logIndex: null },
      policy: { snapshot: new PolicySnapshot(1, base, Object.fromEntries(others.map((each) => [each.id, each]))), logIndex: null },
      history: { snapshot: HistorySnapshot.of({ version: 0, leaves: [] }), logIndex: null },
    },
  };
}

const cost = (amount: string) => ({ model: "per_request", base_cost: amount, currency: "USD" });
const cheapAndPoor = contract("cheap", { cost: cost("0.00001"), guarantees: { latency_ms: 200, classification_accuracy: "0.5" } });
const dear = contract("dear", { cost: cost("0.0001") });
const accuracy = (min: string) => ({ property: "classification_accuracy", bound: { min } });
const requirements = (more: Readonly<Record<string, unknown>>) => ({ requirements: { capabilities: [{ type: "language.identify" }], ...more } });

describe("nearestCounterfactual", () => {
  test("names the guarantee that alone kept the better pair out", () => {
    const { request: asked, inputs } = world([cheapAndPoor, dear], requirements({ guarantees: [accuracy("0.85")] }));
    const { chosen, flips, obstacles } = nearestCounterfactual(asked, inputs);
    expect(chosen).toEqual({ service: "dear", model: null });
    const words = "the guarantee classification_accuracy at least 0.85";
    expect(flips).toEqual([
      { change: { kind: "guarantee", place: "requirements.guarantees[0]", words }, chosen: { service: "cheap", model: null }, sharePpm: 1_000_000, verdictsChanged: 1 },
    ]);
    expect(obstacles).toEqual([{ service: "cheap", model: null, demands: [{ kind: "guarantee", place: "requirements.guarantees[0]", words }] }]);
  });

  test.each([
    ["constraint", "requirements.constraints.services", requirements({ constraints: { services: ["dear"] } }), ""],
    ["constraint", "requirements.constraints.max_locality", requirements({ constraints: { max_locality: "on_device" } }), ""],
    ["privacy", "requirements.privacy.on_device", requirements({ privacy: { on_device: true } }), ""],
    ["privacy", "requirements.privacy.compliance[0]", requirements({ privacy: { compliance: ["gdpr"] } }), ""],
    ["limit", "limits.budget_micros", { limits: { budget: "0.00000001" } }, ""],
    ["limit", "limits.latency_us", { limits: { latency_ms: 1 } }, ""],
    ["limit", "house: limits.latency_us", {}, "limits: { latency_ms: 1 }\n"],
    ["limit", "house: limits.budget_micros", {}, 'limits: { budget: "0.000001" }\n'],
    ["rule", "house: rules.none", {}, "rules: [{ id: none, deny: 'true', reason: Nothing goes. }]\n"],
    ["capability", "requirements.capabilities[0]", { requirements: { capabilities: [{ type: "language.identify" }, { type: "no.such" }] } }, ""],
  ] as const)("finds the %s at %s", (kind, place, more, policy) => {
    const local = contract("dear", { privacy: { data_locality: "on_device", compliance: ["gdpr"], encryption: true, encryption_type: "end_to_end" } });
    const { request: asked, inputs } = world([cheapAndPoor, place.startsWith("requirements.c") && kind !== "capability" || kind === "privacy" ? local : dear], more, policy);
    const before = caioRoute(asked, inputs);
    const { flips } = nearestCounterfactual(asked, inputs);
    const found = flips.map(({ change }) => (change.kind === "weight" ? change.name : change.place));
    // Groups come in canonical order.
    expect(kind === "capability" ? flips.map(({ change }) => change.kind) : found).toContain(kind === "capability" ? "capability" : place);
    expect(flips.every(({ chosen }) => chosen === null || before.kind === "refused" || chosen.service !== before.outcome.selected.service)).toBe(true);
  });

  test("finds the rule of a policy that the request names", () => {
    const strict = "id: strict\nrules:\n  - { id: none, deny: 'true', reason: Nothing goes. }\n";
    const { request: asked, inputs } = world([dear], { policies: ["strict"] }, "", [strict]);
    expect(nearestCounterfactual(asked, inputs)).toMatchObject({ chosen: null, flips: [{ change: { kind: "rule", place: "strict: rules.none" }, chosen: { service: "dear" } }] });
  });

  test("finds no single change where two demands stand in the way, and says so of the pair", () => {
    const { request: asked, inputs } = world([cheapAndPoor], { ...requirements({ guarantees: [accuracy("0.9")] }), limits: { latency_ms: 1 } });
    expect(nearestCounterfactual(asked, inputs)).toMatchObject({ chosen: null, flips: [], obstacles: [{ service: "cheap", demands: [] }] });
  });

  test("puts the smallest share of the weights first, and each of them flips the choice", () => {
    const { request: asked, inputs } = world([contract("a", { cost: cost("0.0001") }), contract("b", { cost: cost("0.00005"), guarantees: { latency_ms: 400, classification_accuracy: "0.9" } })]);
    const { chosen, flips } = nearestCounterfactual(asked, inputs);
    const shares = flips.map(({ sharePpm }) => sharePpm);
    expect(flips.filter(({ change }) => change.kind === "weight").length).toBeGreaterThan(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    for (const flip of flips) expect(flip.chosen).not.toEqual(chosen);
  });

  test("takes neither the lot nor a tie that falls otherwise for a reason", () => {
    const twins = [contract("a"), contract("b")];
    const explored = world(twins, requirements({ guarantees: [accuracy("0.5")] }), "exploration: { epsilon: 1, max_loss: 1 }\n");
    const plain = world(twins, requirements({ guarantees: [accuracy("0.5")] }));
    const { chosen, flips } = nearestCounterfactual(explored.request, explored.inputs);
    expect(flips.map(({ change }) => change.kind)).not.toContain("guarantee");
    expect(chosen).toEqual(nearestCounterfactual(plain.request, plain.inputs).chosen);
  });
});

describe("smallestWeightFlips", () => {
  const names = ["intent", "attention", "rl", "resonance", "model", "cost", "risk", "latency"] as const;
  const termsOf = (values: readonly number[]) => Object.fromEntries(names.map((name, at) => [name, values[at] ?? 0])) as unknown as CertifiedAdmission["terms"];
  const vector = (size: number) => fc.array(fc.integer({ min: -size, max: size }), { minLength: 8, maxLength: 8 });
  const none = { safety: { forbidden: 0, harmful: 0, unsafe: 0 }, policy: { onDevice: 0, privacy: 0, compliance: 0 }, traits: { conservative: 0, confidential: 0, risk: 0 }, budget: { residual: 0, flag: null }, latency: { residual: 0, flag: null } };

  /** Small numbers, so that ties are many. */
  const fields = fc.tuple(vector(20), fc.array(vector(4), { minLength: 1, maxLength: 5 })).map(([weightValues, pairs]): ScoredField => {
    const weights: Weights = termsOf(weightValues);
    const admitted = pairs.map((values, at): CertifiedAdmission => {
      const terms = termsOf(values);
      return { service: `s${String(at)}`, model: null, step: 0, terms, prefer: 0, score: scoreService(terms, 0, weights), residuals: none };
    });
    return { admitted, weights, seed: sha256Hex("seed"), commitments: { digest: sha256Hex("request") } };
  });

  const firstAt = (field: ScoredField, name: keyof Weights, to: number): string => {
    const [head, ...tail] = field.admitted.map(({ service, model, terms, prefer }) => ({ service, model, score: scoreService(terms, prefer, { ...field.weights, [name]: to }) }));
    if (head === undefined) return "";
    return choose([head, ...tail], { ...field, exploration: { epsilonPpm: 0, maxLossMicros: 0 } }).selected.service;
  };

  test("are as small as a search from the weight outwards finds them, and none is missed", () => {
    fc.assert(
      fc.property(fields, (field) => {
        const flips = new Map(smallestWeightFlips(field).map((flip) => [flip.change.name, flip]));
        for (const name of names) {
          const from = field.weights[name];
          const leader = firstAt(field, name, from);
          const reach = Array.from({ length: 1500 }, (_, at) => at + 1);
          const found = reach.flatMap((step) => [from + step, from - step]).find((to) => firstAt(field, name, to) !== leader);
          expect([name, flips.get(name)?.change.to]).toEqual([name, found]);
          if (found !== undefined) expect(flips.get(name)?.winner.service).toBe(firstAt(field, name, found));
        }
      }),
      { numRuns: 15 },
    );
  });

  test("stay within the range of weights", () => {
    const weights: Weights = { ...termsOf([]), intent: 500_000_000, cost: 1 };
    const pair = (service: string, intent: number, cost: number): CertifiedAdmission => {
      const terms = { ...termsOf([]), intent, cost };
      return { service, model: null, step: 0, terms, prefer: 0, score: scoreService(terms, 0, weights), residuals: none };
    };
    const field = { admitted: [pair("a", 1_000_000, 1), pair("b", 0, 0)], weights, seed: sha256Hex("seed"), commitments: { digest: sha256Hex("request") } };
    expect(smallestWeightFlips(field).map(({ change }) => change.name)).toEqual(["intent"]);
    expect(smallestWeightFlips({ ...field, admitted: [] })).toEqual([]);
  });
});
