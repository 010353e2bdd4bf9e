import type { RoutingDecision } from "@caio/orchestrator";

import { residualsOf } from "../../reference/limits.ts";
import { effectivePolicy } from "../../reference/objects.ts";
import { readyRules } from "../../reference/rules.ts";
import type { Residuals, World } from "../../reference/world.ts";
import { mapContracts, withBase, withDocument, withPrivacy, withRequest } from "../../worlds/random/change.ts";
import type { Judgement } from "../engine/check.ts";
import { chosenPair } from "./chosen-pair.ts";
import { forgetsLimit, mapPolicies } from "./forgetting.ts";
import { misreads, misstates, type Fault } from "./system.ts";
import type { WorldCheck } from "./routed-world.ts";

type Residual = Exclude<keyof Residuals, "budgetFlag" | "latencyFlag">;

/** The residuals named are ≤ 0 for the chosen pair, recomputed, and the certificate states the same numbers. */
function residualsKept(name: string, wanted: readonly Residual[], faults: Readonly<Record<string, Fault>>): WorldCheck {
  return {
    name,
    judge: ({ world, decision }) => {
      if (decision.kind === "refused") return "vacuous";
      const pair = chosenPair(world, decision);
      const stated = statedResiduals(decision);
      if (pair === undefined || stated === undefined) return { violation: "the chosen pair has no verdict" };
      const policy = effectivePolicy(world.policy, world.request);
      const { obligations } = readyRules(policy, world.request);
      return compare(wanted, residualsOf(pair, world.request, policy, obligations), stated);
    },
    faults: { ...faults, "states-another-residual": misstates(spoilResiduals) },
  };
}

function compare(wanted: readonly Residual[], actual: Residuals, stated: Readonly<Record<Residual, number>>): Judgement {
  for (const residual of wanted) {
    if (actual[residual] > 0) return { violation: `${residual} is ${String(actual[residual])}` };
    if (actual[residual] !== stated[residual]) {
      return { violation: `${residual} is ${String(actual[residual])}, stated is ${String(stated[residual])}` };
    }
  }
  return "holds";
}

function statedResiduals({ certificate, ...decision }: RoutingDecision): Readonly<Record<Residual, number>> | undefined {
  if (decision.kind === "refused") return undefined;
  const { service, model } = decision.outcome.selected;
  for (const verdict of certificate.verdicts) {
    if (verdict.step !== 0 || verdict.service !== service || verdict.model !== model) continue;
    const { safety, policy, traits, budget, latency } = verdict.residuals;
    return { ...safety, ...policy, ...traits, budget: budget.residual, latency: latency.residual };
  }
  return undefined;
}

function spoilResiduals(decision: Extract<RoutingDecision, { kind: "chosen" }>): RoutingDecision {
  const verdicts = decision.certificate.verdicts.map((verdict) => {
    if (verdict.step !== 0) return verdict;
    const { safety, policy, traits, budget, latency } = verdict.residuals;
    const residuals = {
      safety: { ...safety, forbidden: safety.forbidden - 1 },
      policy: { ...policy, privacy: policy.privacy - 1 },
      traits: { ...traits, risk: traits.risk - 1 },
      budget: { ...budget, residual: budget.residual - 1 },
      latency: { ...latency, residual: latency.residual - 1 },
    };
    return { ...verdict, residuals };
  });
  return { ...decision, certificate: { ...decision.certificate, verdicts } };
}

const withoutTraits = (world: World): World => {
  const request = { ...world.request };
  Reflect.deleteProperty(request, "traits");
  return { ...world, request };
};

const allCounted = (world: World): World => ({
  ...world,
  history: { ...world.history, leaves: world.history.leaves.map((leaf) => ({ ...leaf, violations: 0, outcomes: 1_000 })) },
});

/** INV-CAIO-SAFETY-0001 */
export const safetyKept = residualsKept("safety-kept", ["forbidden", "harmful", "unsafe"], {
  "forbids-nothing": misreads((world) => withBase(world, { safety: { ...world.policy.base.safety, forbidden: [] } })),
  "believes-all-is-filtered": misreads((world) =>
    mapContracts(world, (contract) => ({ ...contract, alignment: { ...contract.alignment, contentFiltering: true } })),
  ),
  "takes-destruction-for-reading": misreads((world) => withDocument(world, { action: { kind: "read" } })),
});

/** INV-CAIO-POLICY-0001 */
export const policyKept = residualsKept("policy-kept", ["onDevice", "privacy", "compliance"], {
  "forgets-on-device": misreads((world) => withPrivacy(world, { onDevice: false })),
  "forgets-compliance": misreads((world) => withPrivacy(world, { compliance: [] })),
  "believes-all-is-encrypted": misreads((world) =>
    mapContracts(world, (contract) => ({
      ...contract,
      privacy: { ...contract.privacy, encryption: true, encryptionType: "end_to_end" },
    })),
  ),
});

/** INV-CAIO-TRAITS-0001 */
export const traitsKept = residualsKept("traits-kept", ["conservative", "confidential", "risk"], {
  "forgets-traits": misreads(withoutTraits),
  "forgets-violations": misreads(allCounted),
});

/** INV-CAIO-BUDGET-0001 */
export const budgetKept = residualsKept("budget-kept", ["budget"], {
  "forgets-the-budget": misreads(forgetsLimit("budgetMicros")),
  "counts-no-output": misreads((world) =>
    withRequest(world, { size: { ...world.request.size, maxOutputTokens: 0 } }),
  ),
  "takes-currencies-for-equal": misreads((world) =>
    mapPolicies(world, (policy) => ({ ...policy, rates: { EUR: 1_000_000_000_000, JPY: 1_000_000_000_000, XTS: 1_000_000_000_000 } })),
  ),
});

/** INV-CAIO-LATENCY-0001 */
export const latencyKept = residualsKept("latency-kept", ["latency"], {
  "forgets-the-latency": misreads(forgetsLimit("latencyUs")),
  "reads-the-median": misreads((world) =>
    mapPolicies(withDocument(world, { limits: { ...world.request.document.limits, latencyCoveragePpm: 1 } }), (policy) => ({
      ...policy,
      limits: { ...policy.limits, latencyCoveragePpm: 1 },
    })),
  ),
  "forgets-what-was-measured": misreads((world) => ({
    ...world,
    history: { ...world.history, leaves: world.history.leaves.map((leaf) => ({ ...leaf, promises: [] })) },
  })),
});

/** INV-CAIO-0006, what is promised: both bounds within the caller's limits. */
export const promisedBounds = residualsKept("promised-bounds", ["budget", "latency"], {
  "promises-beyond-the-budget": misreads(forgetsLimit("budgetMicros")),
  "promises-beyond-the-latency": misreads(forgetsLimit("latencyUs")),
});
