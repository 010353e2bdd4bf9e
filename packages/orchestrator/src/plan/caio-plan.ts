import { CaioError, type Digest } from "@caio/core";
import {
  PLAN_VERSION,
  sealPlanCertificate,
  type CertifiedPlanChoice,
  type CertifiedPlanRefusal,
  type DecisionBody,
  type DecisionOpening,
  type PlanCertificate,
  type PlanOffer,
  type WrittenCertificate,
} from "@caio/traceability";

import { tieDigest } from "../choice.ts";
import { commitToRequest } from "../commitment.ts";
import type { RoutingDecision } from "../decision.ts";
import { identityOf } from "../identity.ts";
import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import { caioRoute } from "../route.ts";
import { certifiedChoice, type Appraised } from "./certified-choice.ts";
import { choosePlan } from "./choice/choose-plan.ts";
import { offersOf } from "./plan-offers.ts";
import { commitToPlan, planLimits, treeOf, type PlanRequest } from "./plan-request.ts";

/** A plan that was decided: the decisions of its steps, and what was chosen among the pairs that they admit. */
export interface PlanDecision {
  readonly planId: Digest;
  /** In the order in which the steps stand. */
  readonly steps: readonly RoutingDecision[];
  readonly outcome: CertifiedPlanChoice | CertifiedPlanRefusal;
  readonly certificate: PlanCertificate;
  readonly sealed: WrittenCertificate;
  /** What the log keeps of it, as of any decision; `selected` is null. */
  readonly trace: DecisionBody;
  /** What a bundle of it is made of later. */
  readonly opening: DecisionOpening;
}

/**
 * Chooses the pairs of all steps of a plan at once (calculus §7): each step is decided by itself, as `caioRoute` does, and of the pairs
 * that these decisions admit, one for each step, so that the sum of their scores is largest within the end to end limits. Pure: equal
 * inputs give equal bytes.
 *
 * @throws CaioError `InvalidPlan` for a budget in a currency without a rate, `NumberOutOfRange` for weights that are too large, and as
 *   `caioRoute`
 */
export function caioPlan(request: PlanRequest, inputs: DecisionInputs): PlanDecision {
  const steps = request.steps.map((step) => caioRoute(step, inputs));
  const limits = planLimits(request, inputs.policy.snapshot.base);
  const tree = treeOf(request.plan);
  const refused = steps.findIndex(({ kind }) => kind === "refused");
  const offers = request.steps.map((step, at) => {
    const decision = steps[at];
    if (decision === undefined) throw new CaioError("InvalidPlan", `Step ${String(at)} has no decision.`);
    return offersOf(step, decision, inputs);
  });
  const outcome = refused === -1 ? outcomeOf(request, { tree, limits, offers }) : refusalOfStep(steps[refused], refused);
  return certifiedPlan(request, { tree, limits, offers, steps, outcome });
}

function outcomeOf(request: PlanRequest, { tree, limits, offers }: Appraised): PlanDecision["outcome"] {
  const steps = offers.map((each, at) => ({ offers: each, ties: tiesOf(request, at, each) }));
  return certifiedChoice(choosePlan({ tree, steps, limits }), { tree, limits, offers });
}

function tiesOf({ steps }: PlanRequest, at: number, offers: readonly PlanOffer[]): readonly Digest[] {
  const step = steps[at];
  if (step === undefined) return [];
  const chance = { seed: identityOf(step.decisionKey).seed, commitments: commitToRequest(step), exploration: { epsilonPpm: 0, maxLossMicros: 0 } };
  return offers.map((offer) => tieDigest(chance, offer));
}

function refusalOfStep(decision: RoutingDecision | undefined, step: number): CertifiedPlanRefusal {
  if (decision?.kind !== "refused") throw new CaioError("InvalidPlan", `Step ${String(step)} is not refused.`);
  return { kind: "refused", code: decision.code, claim: "impossible", step, broken: [], proof: null };
}

interface Decided extends Appraised {
  readonly steps: readonly RoutingDecision[];
  readonly outcome: PlanDecision["outcome"];
}

function certifiedPlan(request: PlanRequest, { tree, limits, offers, steps, outcome }: Decided): PlanDecision {
  const { decisionId: planId } = identityOf(request.planKey);
  const { opening, ...commitments } = commitToPlan(request);
  const [first] = steps;
  if (first === undefined) throw new CaioError("InvalidPlan", "Found a plan without a step.");
  const certificate: PlanCertificate = {
    caioCertificate: 1,
    decisionVersion: PLAN_VERSION,
    decisionId: planId,
    testKey: request.testKey,
    now: request.now,
    tenant: request.tenant,
    inputs: first.certificate.inputs,
    request: commitments,
    lineage: request.parent === null ? null : { parent: request.parent },
    tree,
    limits,
    steps: steps.map(({ decisionId, certificateDigest }, at) => ({ decisionId, certificate: certificateDigest, offers: offers[at] ?? [] })),
    outcome,
  };
  const sealed = sealPlanCertificate(certificate);
  return { planId, steps, outcome, certificate, sealed, trace: bodyOf(certificate, sealed, first), opening };
}

function bodyOf({ decisionId, now, request, outcome, lineage }: PlanCertificate, { digest }: WrittenCertificate, first: RoutingDecision): DecisionBody {
  return {
    decisionId,
    now,
    certificate: digest,
    inputs: first.trace.inputs,
    requestDigest: request.digest,
    outcome: outcome.kind === "chosen" ? "chosen" : outcome.code,
    selected: null,
    parent: lineage?.parent ?? null,
  };
}
