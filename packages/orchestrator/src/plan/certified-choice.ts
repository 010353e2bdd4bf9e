import { CaioError, MICRO, type RefusalCode } from "@caio/core";
import type { CertifiedPlanChoice, CertifiedPlanProof, CertifiedPlanRefusal, PlanLimits, PlanOffer, PlanTree } from "@caio/traceability";

import type { ChosenPlan, NoPlan, PlanChoice, PlanProof } from "./choice/choose-plan.ts";
import { additive, latencyOf, type LimitName } from "./choice/plan-problem.ts";

/** What a plan is chosen from. */
export interface Appraised {
  readonly tree: PlanTree;
  readonly limits: PlanLimits;
  readonly offers: readonly (readonly PlanOffer[])[];
}

const CODES: Readonly<Record<LimitName, RefusalCode>> = {
  budget: "BudgetExceeded",
  latency: "LatencyExceeded",
  coverage: "LatencyExceeded",
  availability: "NoMatchingService",
  accuracy: "NoMatchingService",
};

/** A choice as a certificate states it: by the names of its pairs, with what they promise together. */
export function certifiedChoice(choice: PlanChoice, appraised: Appraised): CertifiedPlanChoice | CertifiedPlanRefusal {
  return choice.kind === "chosen" ? chosen(choice, appraised) : noPlan(choice, appraised.limits);
}

function chosen({ claim, score, gap, picks, proof }: ChosenPlan, { tree, limits, offers }: Appraised): CertifiedPlanChoice {
  const picked = picks.map(({ offer: place, bound }, step) => {
    const offer = offers[step]?.[place];
    if (offer === undefined) throw new CaioError("InvalidPlan", `Step ${String(step)} has no pair ${String(place)}.`);
    return { offer, bound, promised: bound === null ? undefined : offer.bounds[bound] };
  });
  const timed = limits.latencyUs !== null;
  const costs = picked.map(({ offer }) => offer.costMicros).filter((cost) => cost !== null);
  const lost = (missing: (offer: PlanOffer) => number): number => Math.max(0, picked.reduce((left, { offer }) => left - missing(offer), MICRO));
  return {
    kind: "chosen",
    ...{ claim, score, gap },
    selected: picked.map(({ offer: { service, model }, bound }) => ({ service, model, bound })),
    promise: {
      costMicros: costs.length === picked.length ? safeSum(costs) : null,
      latencyUs: timed ? latencyOf(tree, picked.map(({ promised }) => promised?.boundUs ?? 0)) : null,
      coveragePpm: timed ? picked.reduce((left, { promised }) => left - (MICRO - (promised?.coveragePpm ?? 0)), MICRO) : null,
      availabilityMicros: lost((offer) => MICRO - offer.availabilityMicros),
      accuracyMicros: lost((offer) => MICRO - offer.accuracyMicros),
    },
    proof: proofOf(proof),
  };
}

/** Null past 2^53 − 1: without a budget, costs are not held to anything. */
function safeSum(costs: readonly number[]): number | null {
  const sum = costs.reduce((all, cost) => all + cost, 0);
  return Number.isSafeInteger(sum) ? sum : null;
}

function proofOf({ multipliers, counted, order, tree }: PlanProof): CertifiedPlanProof {
  return { multipliers, counted: counted === null ? null : additive[counted], order, tree };
}

/** The code is that of the first limit that is broken by itself, else of the first that is asked for. */
function noPlan({ claim, broken, proof }: NoPlan, limits: PlanLimits): CertifiedPlanRefusal {
  const asked = ([["budget", limits.budgetMicros], ["latency", limits.latencyUs], ["availability", limits.availabilityMicros], ["accuracy", limits.accuracyMicros]] as const)
    .filter(([, limit]) => limit !== null)
    .map(([limit]) => limit);
  return { kind: "refused", code: CODES[broken[0]?.limit ?? asked[0] ?? "budget"], claim, step: null, broken, proof: proof === null ? null : proofOf(proof) };
}
