import { canonicalJson, digest, sha256Hex } from "@caio/core";
import { encodeContract, HashingEncoder } from "@caio/control";
import type { Principal, RequestDocument, ServiceContract } from "@caio/contracts";
import { RegistrySnapshot } from "@caio/registry";
import { parsePolicySet } from "@caio/rules";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  caioRoute,
  choose,
  commitToRequest,
  explainDecision,
  HistorySnapshot,
  PolicySnapshot,
  stampRequest,
  tieDigest,
  worstCaseCost,
  type ChoiceInput,
  type RoutingDecision,
  type Scored,
} from "../src/index.ts";
import { contract, principal, request } from "./support/house.ts";

const encoder = new HashingEncoder();
const house = parsePolicySet("caio_policy: 1\nid: house\n", { file: "house.yaml" });

function decide(
  contracts: readonly ServiceContract[],
  document: RequestDocument,
  options: { readonly who?: Principal; readonly key?: string; readonly policies?: PolicySnapshot } = {},
): RoutingDecision {
  const snapshot = RegistrySnapshot.empty.apply(
    contracts.map((each) => ({ kind: "register" as const, contract: each, encoding: encodeContract(each, encoder), encoderId: encoder.id })),
  );
  const who = options.who ?? principal;
  const stamped = stampRequest(document, {
    now: 1_764_000_000_000,
    decisionKey: options.key ?? sha256Hex("key"),
    testKey: true,
    principal: who,
    detected: [],
    fields: { encoderId: encoder.id, intent: encoder.encode(document.intent.text ?? ""), context: [] },
  });
  return caioRoute(stamped, {
    registry: { view: snapshot.view(who.tenant), logIndex: null },
    policy: { snapshot: options.policies ?? new PolicySnapshot(1, house), logIndex: null },
    history: { snapshot: HistorySnapshot.of({ version: 0, leaves: [] }), logIndex: null },
  });
}

describe("caioRoute", () => {
  test("the cheaper of two equal services wins, and the certificate says by how much", () => {
    const cheap = contract("b", { cost: { model: "per_request", base_cost: "0.00001", currency: "USD" } });
    const decision = decide([contract("a"), cheap], request());
    expect(decision.kind === "chosen" && decision.outcome.selected.service).toBe("b");
    expect(decision.kind === "chosen" && decision.outcome.runnerUp?.service).toBe("a");
    expect(decision.kind === "chosen" && (decision.outcome.margin ?? 0)).toBeGreaterThan(0);
  });

  test("equal inputs give equal bytes, whatever was decided before", () => {
    const contracts = [contract("a"), contract("b")];
    const once = canonicalJson(decide(contracts, request()).certificate);
    decide([contract("c")], request());
    expect(canonicalJson(decide(contracts, request()).certificate)).toBe(once);
  });

  test("a policy named by the request may only tighten, and an unknown one is refused", () => {
    const strict = parsePolicySet(
      "caio_policy: 1\nid: strict\nweights: { cost: 5 }\nrules:\n  - { id: none, deny: 'true', reason: Nothing goes. }\n",
      { file: "strict.yaml" },
    );
    const policies = new PolicySnapshot(1, house, { strict });
    const decision = decide([contract("a")], request({ policies: ["strict"] }), { policies });
    expect(decision.kind === "refused" && decision.code).toBe("RuleViolation");
    expect(decision.verdicts[0]).toMatchObject({ clause: "rule:strict/none" });
    expect(() => decide([contract("a")], request({ policies: ["other"] }), { policies })).toThrow(/UnknownPolicy|names policy "other"/);
  });

  test("a budget in a currency without a rate is not seen by rules, which see the policy's own, and nobody is within it", () => {
    const seeing = parsePolicySet(
      "caio_policy: 1\nid: seeing\nlimits: { budget: 1 }\nrules:\n  - { id: sees, require: 'request.limits.budget_micros == 1000000', reason: The policy's own. }\n",
    );
    const document = request({ limits: { budget: "50", currency: "XTS" } });
    const decision = decide([contract("a")], document, { policies: new PolicySnapshot(1, seeing) });
    expect(decision.kind === "refused" && decision.code).toBe("BudgetExceeded");
    expect(decision.verdicts).toMatchObject([{ step: 4, clause: "budget", evidence: { flag: "currency" } }]);
  });

  test("another tenant's services are neither candidates nor named", () => {
    const theirs = contract("theirs", { access: { public: true, tenants: ["other"] } });
    const decision = decide([contract("a"), theirs], request());
    expect(JSON.stringify(decision.certificate)).not.toContain("theirs");
  });

  test("no payload, subject or intent text is in the certificate or the trace", () => {
    const document = request({ intent: { text: "SECRET-INTENT" }, data: { payload: "SECRET-PAYLOAD" }, name: "SECRET-NAME" });
    const decision = decide([contract("a")], document, { who: { ...principal, subject: "SECRET-SUBJECT" } });
    expect(JSON.stringify(decision)).not.toContain("SECRET");
  });

  test("an explanation names the choice, the runner-up and each rejected pair", () => {
    const slow = contract("slow", { guarantees: { latency_ms: 900, classification_accuracy: "0.9" } });
    const decision = decide([contract("a"), slow], request({ limits: { latency_ms: "500" } }));
    const words = explainDecision(decision);
    expect(words.headline).toContain("a");
    expect(words.rejected.join()).toContain("slow: step 4, latency");
  });

  test("an explanation says of a property of somebody's own that nobody measures it", () => {
    const service = contract("a");
    const own = { ...service, guarantees: [{ property: "carbon", coveragePpm: 1_000_000, bound: { maxMicros: 50_000 } }, ...service.guarantees] };
    const { promise } = explainDecision(decide([own], request()));
    expect(promise).toContain("Claimed, and measured by nobody: carbon at most 0.05.");
    expect(promise.filter((line) => line.startsWith("Monitored: "))).toHaveLength(service.guarantees.length);
  });
});

describe("commitToRequest", () => {
  test("one field changes its own commitment alone, and the digest", () => {
    const base = stamped(request());
    const other = stamped(request({ action: { kind: "write" } }));
    const [a, b] = [commitToRequest(base), commitToRequest(other)];
    const changed = Object.keys(a.paths).filter((path) => a.paths[path] !== b.paths[path]);
    expect(changed).toEqual(["action.kind"]);
    expect(a.digest).not.toBe(b.digest);
    expect(a.digest).toBe(digest(a.paths));
  });

  test("another key hides the same values behind other commitments", () => {
    const [a, b] = [commitToRequest(stamped(request())), commitToRequest(stamped(request(), sha256Hex("other")))];
    const same = Object.keys(a.paths).filter((path) => a.paths[path] !== null && a.paths[path] === b.paths[path]);
    expect(same).toEqual([]);
  });

  function stamped(document: RequestDocument, key = sha256Hex("key")): Parameters<typeof commitToRequest>[0] {
    const fields = { encoderId: encoder.id, intent: encoder.encode(""), context: [] };
    return stampRequest(document, { now: 0, decisionKey: key, testKey: true, principal, detected: [], fields });
  }
});

describe("choose", () => {
  const input = (epsilonPpm: number, maxLossMicros = 0): ChoiceInput => ({
    seed: sha256Hex("seed"),
    commitments: { digest: sha256Hex("request") },
    exploration: { epsilonPpm, maxLossMicros },
  });
  const scored = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 12 }).map((scores) =>
    scores.map((score, index): Scored => ({ service: `s${String(index).padStart(2, "0")}`, model: null, score: score * 1e12 })),
  );

  test("nobody precedes the chosen in the order of score and tie", () => {
    fc.assert(
      fc.property(scored, (candidates) => {
        const [head, ...tail] = candidates;
        if (head === undefined) return;
        const { selected, runnerUp } = choose([head, ...tail], input(0));
        const precedes = (a: Scored, b: Scored): boolean =>
          a.score > b.score || (a.score === b.score && tieDigest(input(0), a) < tieDigest(input(0), b));
        expect(candidates.filter((other) => precedes(other, selected))).toEqual([]);
        const rest = candidates.filter((other) => other !== selected);
        expect(rest.filter((other) => runnerUp !== undefined && precedes(other, runnerUp))).toEqual([]);
        expect(runnerUp === undefined).toBe(rest.length === 0);
      }),
    );
  });

  test("exploration stays within the allowed loss and its propensities sum to one", () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 3_000_000 }), (candidates, epsilon, loss) => {
        const [head, ...tail] = candidates;
        if (head === undefined) return;
        const choice = choose([head, ...tail], input(epsilon, loss));
        const best = Math.max(...candidates.map(({ score }) => score));
        const near = candidates.filter(({ score }) => best - score <= loss * 1e6).length;
        expect(best - choice.selected.score).toBeLessThanOrEqual(loss * 1e6);
        const greedy = epsilon + (1_000_000 - epsilon) * near;
        expect([greedy, epsilon]).toContain(choice.propensity.numerator);
        expect(greedy + (near - 1) * epsilon).toBe(choice.propensity.denominator);
      }),
    );
  });
});

describe("worstCaseCost", () => {
  const policy = { ...house, rates: { EUR: 1_080_000_000_000 } };
  const cost = { model: "per_token", currency: "USD", basePico: 1, inputTokenPico: 150_000, outputTokenPico: 600_000, secondPico: 0 } as const;

  test("rounds up, and converts rounding up", () => {
    const usage = { inputTokens: 1, outputTokens: 0, deadlineUs: null };
    expect(worstCaseCost(cost, usage, policy)).toEqual({ kind: "amount", micros: 1 });
    expect(worstCaseCost({ ...cost, basePico: 10_000_000, currency: "EUR" }, usage, policy)).toEqual({ kind: "amount", micros: 12 });
  });

  test("a missing factor is silent, a missing rate is said, past the largest integer it saturates", () => {
    expect(worstCaseCost(cost, { inputTokens: undefined, outputTokens: 1, deadlineUs: null }, policy)).toEqual({ kind: "silent" });
    expect(worstCaseCost({ ...cost, currency: "JPY" }, { inputTokens: 1, outputTokens: 1, deadlineUs: null }, policy)).toEqual({ kind: "currency" });
    const huge = { ...cost, inputTokenPico: 9_000_000_000_000_000 };
    const usage = { inputTokens: 2 ** 50, outputTokens: 0, deadlineUs: null };
    expect(worstCaseCost(huge, usage, policy)).toEqual({ kind: "amount", micros: Number.MAX_SAFE_INTEGER });
  });
});
