import type { RoutingDecision } from "@caio/orchestrator";

import type { ReferenceDecision, Residuals, Verdict } from "../reference/world.ts";

/**
 * Where the router and the reference differ on one world: paths with both values; empty if they agree on the decision, every
 * verdict with its clause, terms, score and residuals, and every digest.
 */
export function compareDecisions(routed: RoutingDecision, reference: ReferenceDecision): readonly string[] {
  const actual = JSON.stringify(summaryOfRouted(routed), null, 1).split("\n");
  const expected = JSON.stringify(summaryOfReference(reference), null, 1).split("\n");
  const differences: string[] = [];
  for (let line = 0; line < Math.max(actual.length, expected.length); line++) {
    if (actual[line] !== expected[line]) {
      differences.push(`line ${String(line)}: router ${actual[line] ?? "–"}, reference ${expected[line] ?? "–"}`);
    }
  }
  return differences;
}

function summaryOfRouted(decision: RoutingDecision): unknown {
  const { certificate, verdicts, decisionId } = decision;
  const shared = {
    decisionId,
    seed: certificate.seed,
    requestDigest: certificate.request.digest,
    stale: [certificate.inputs.registry.stale ?? null, certificate.inputs.policy.stale ?? null],
    verdicts: verdicts.map((verdict) => {
      const { service, model, step } = verdict;
      if (step !== 0) return { service, model, step, clause: verdict.clause };
      const { terms, prefer, score, residuals } = verdict;
      return { service, model, step, terms: { ...terms, prefer }, score, residuals: flatResiduals(residuals) };
    }),
  };
  if (decision.kind === "refused") return { kind: "refused", code: decision.code, ...shared };
  const { selected, runnerUp, obligations } = decision.outcome;
  const { numerator, denominator } = selected.propensity;
  return {
    kind: "chosen",
    service: selected.service,
    model: selected.model,
    route: selected.route,
    score: selected.score,
    tie: decision.certificate.outcome.kind === "chosen" ? decision.certificate.outcome.selected.tie : null,
    drawn: selected.drawn,
    propensity: { numerator: String(numerator), denominator: String(denominator) },
    obligations,
    runnerUp: runnerUp === null ? null : { service: runnerUp.service, model: runnerUp.model },
    ...shared,
  };
}

function summaryOfReference(decision: ReferenceDecision): unknown {
  const shared = {
    decisionId: decision.decisionId,
    seed: decision.seed,
    requestDigest: decision.requestDigest,
    stale: [decision.stale.registry ?? null, decision.stale.policy ?? null],
    verdicts: decision.verdicts.map(referenceVerdict),
  };
  if (decision.kind === "refused") return { kind: "refused", code: decision.code, ...shared };
  const { service, model, route, score, tie, drawn, propensity, obligations, runnerUp } = decision;
  const { numerator, denominator } = propensity;
  return {
    kind: "chosen",
    service,
    model,
    route,
    score,
    tie,
    drawn,
    propensity: { numerator, denominator },
    obligations,
    runnerUp: runnerUp === null ? null : { service: runnerUp.service, model: runnerUp.model },
    ...shared,
  };
}

function referenceVerdict(verdict: Verdict): unknown {
  const { service, model, step } = verdict;
  if (step !== 0) return { service, model, step, clause: verdict.clause };
  const { intent, attention, rl, resonance, model: modelTerm, cost, risk, latency, prefer } = verdict.terms;
  const terms = { intent, attention, rl, resonance, model: modelTerm, cost, risk, latency, prefer };
  return { service, model, step, terms, score: verdict.score, residuals: orderedResiduals(verdict.residuals) };
}

/** The reference's flat spelling of the residuals, in one order. */
function orderedResiduals(residuals: Residuals): unknown {
  const { forbidden, harmful, unsafe, onDevice, privacy, compliance, conservative, confidential, risk } = residuals;
  const { budget, budgetFlag, latency, latencyFlag } = residuals;
  return {
    ...{ forbidden, harmful, unsafe, onDevice, privacy, compliance, conservative, confidential, risk },
    ...{ budget, budgetFlag: budgetFlag ?? null, latency, latencyFlag: latencyFlag ?? null },
  };
}

type AdmittedResiduals = Extract<RoutingDecision["verdicts"][number], { step: 0 }>["residuals"];

function flatResiduals({ safety, policy, traits, budget, latency }: AdmittedResiduals): unknown {
  const { forbidden, harmful, unsafe } = safety;
  const { onDevice, privacy, compliance } = policy;
  const { conservative, confidential, risk } = traits;
  return {
    ...{ forbidden, harmful, unsafe, onDevice, privacy, compliance, conservative, confidential, risk },
    ...{ budget: budget.residual, budgetFlag: budget.flag, latency: latency.residual, latencyFlag: latency.flag },
  };
}
