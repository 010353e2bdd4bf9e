import { compareCandidates, type Candidate, type Plan, type Principal, type RequestDocument } from "@caio/contracts";
import type { Digest } from "@caio/core";
import type { CertifiedPlanChoice } from "@caio/traceability";

import { spentMicros } from "../execution/attempt/remaining-limits.ts";
import type { DecidedPlan } from "../execution/decided-request.ts";
import type { Orchestrator } from "../execution/orchestrator.ts";
import { childKey } from "../identity.ts";
import type { PlanDecision } from "./caio-plan.ts";
import { stepNames, type PlanDocument } from "./plan-document.ts";
import type { PlanOptions, PlanRun, StepCall } from "./plan-orchestration.ts";

interface ChosenRun extends PlanOptions {
  readonly run: PlanRun;
}

/**
 * Chooses a plan and executes it; after a step that failed chooses again for the steps that have no result yet, without the pair that
 * failed, on what remains of budget and time, as often as the policy allows attempts. Each plan is a decision of its own with its own
 * certificate, the one before as its parent.
 */
export async function runChosenPlans(orchestrator: Orchestrator, document: PlanDocument, principal: Principal, { run, planKey, testKey, signal }: ChosenRun): Promise<readonly PlanDecision[]> {
  const plans: PlanDecision[] = [];
  const excluded: Record<string, readonly Candidate[]> = {};
  const startedUs = orchestrator.nowUs();
  let [remaining, key, parent]: [PlanDocument, Digest, Digest | undefined] = [document, planKey, undefined];
  for (let round = 1; ; round++) {
    const decided = await orchestrator.decidePlan(remaining, principal, { planKey: key, testKey, parent, excluded }, signal);
    const { decision, inputs } = decided;
    plans.push(decision);
    const { outcome } = decision;
    if (outcome.kind === "refused") return plans;
    const names = stepNames(remaining.plan);
    const steps = remaining.steps;
    if (await run.tree(remaining.plan, (name) => callOf(decided, outcome, { name, at: names.indexOf(name), request: steps[name], key }))) return plans;
    const failed = names.filter((name) => isFailed(run, name));
    const allowed = inputs.policy.snapshot.base.fallback.maxAttempts;
    if (round >= allowed || signal?.aborted === true || failed.length === 0 || failed.some((name) => steps[name]?.fallback !== true)) return plans;
    for (const name of failed) excluded[name] = [...(excluded[name] ?? []), ...pairOf(outcome, names.indexOf(name))].sort(compareCandidates);
    const next = remainingPlan(document, run, { elapsedUs: orchestrator.nowUs() - startedUs, currency: inputs.policy.snapshot.base.currency, limits: plans[0]?.certificate.limits });
    if (next === undefined) return plans;
    [remaining, key, parent] = [next, childKey(key, 2 * names.length + 1), decision.planId];
  }
}

/** A call failed or its decision was refused; what could not be called for want of a payload fails for good. */
function isFailed({ results, outputs }: PlanRun, name: string): boolean {
  const result = results.get(name);
  return !outputs.has(name) && (result?.kind === "failed" || result?.kind === "refused");
}

function pairOf({ selected }: CertifiedPlanChoice, at: number): Candidate[] {
  const pair = selected[at];
  return pair === undefined ? [] : [{ service: pair.service, model: pair.model }];
}

interface StepAt {
  readonly name: string;
  readonly at: number;
  readonly request: RequestDocument | undefined;
  readonly key: Digest;
}

/** The decision by which a chosen pair is executed: the step's request asks for it, and allows what the plan counted with. */
function callOf({ decision, inputs }: DecidedPlan, outcome: CertifiedPlanChoice, { at, request, key }: StepAt): StepCall {
  const pair = outcome.selected[at];
  const step = decision.certificate.steps[at];
  if (request === undefined || pair === undefined || step === undefined) throw new RangeError(`A plan without its step ${String(at)}.`);
  const { service, model } = pair;
  const cost = step.offers.find((offer) => compareCandidates(offer, pair) === 0)?.costMicros ?? null;
  const budget = decision.certificate.limits.budgetMicros === null || cost === null ? {} : { budgetMicros: cost, currency: inputs.policy.snapshot.base.currency };
  const constraints = { ...request.requirements.constraints, services: [service], models: model === null ? [] : [model] };
  const contractDigest = inputs.registry.view.service(service)?.contractDigest;
  return {
    request: { ...request, fallback: false, requirements: { ...request.requirements, constraints }, limits: { ...request.limits, ...budget } },
    decisionKey: childKey(key, decision.steps.length + at + 1),
    parent: decision.planId,
    ...(contractDigest === undefined ? {} : { contracts: { [service]: contractDigest } }),
  };
}

interface Used {
  readonly elapsedUs: number;
  readonly currency: string;
  /** Of the first plan. */
  readonly limits: PlanDecision["certificate"]["limits"] | undefined;
}

/** The steps that have no result yet, on what remains of budget and time; undefined if no time does. */
function remainingPlan({ plan, steps, limits, guarantees }: PlanDocument, run: PlanRun, { elapsedUs, currency, limits: first }: Used): PlanDocument | undefined {
  const open = openPart(plan, run.outputs);
  if (open === undefined || first === undefined) return undefined;
  const leftUs = first.latencyUs === null ? undefined : first.latencyUs - Math.ceil(elapsedUs);
  if (leftUs !== undefined && leftUs <= 0) return undefined;
  const spent = [...run.attempts.values()].flat().reduce((sum, attempt) => sum + spentMicros(attempt), 0);
  const budget = first.budgetMicros === null ? {} : { budgetMicros: Math.max(0, first.budgetMicros - spent), currency };
  const names = stepNames(open);
  return {
    plan: open,
    steps: Object.fromEntries(Object.entries(steps).filter(([name]) => names.includes(name))),
    limits: { ...limits, ...budget, ...(leftUs === undefined ? {} : { latencyUs: leftUs }) },
    guarantees,
  };
}

function openPart(plan: Plan, outputs: PlanRun["outputs"]): Plan | undefined {
  if (typeof plan === "string") return outputs.has(plan) ? undefined : plan;
  const parts = ("seq" in plan ? plan.seq : plan.par).map((part) => openPart(part, outputs)).filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  return "seq" in plan ? { seq: parts } : { par: parts };
}
