import type { CertifiedPlanChoice, OfferedBound, PlanOffer, PlanTree } from "@caio/traceability";
import type { PlanProblem } from "@caio/orchestrator";

import { judgement } from "../engine/check.ts";
import { misreadsPlan, misstatesPlan, type PlanCheck, type PlanFault } from "./chosen-plan.ts";

const ONE = 1_000_000;

/** INV-CAIO-BUDGET-0001 of a whole plan: the worst-case costs of its pairs add up to no more than its budget. */
export const planBudgetKept: PlanCheck = {
  name: "plan-budget-kept",
  judge: ({ problem, outcome }) => {
    const { budgetMicros } = problem.limits;
    if (outcome.kind === "refused" || budgetMicros === null) return "vacuous";
    const cost = costOf(pairsOf(problem, outcome));
    return judgement(cost <= budgetMicros, () => `the plan costs ${String(cost)} of ${String(budgetMicros)}`);
  },
  faults: {
    "forgets-the-budget-of-the-plan": misreadsPlan((problem) => ({ ...problem, limits: { ...problem.limits, budgetMicros: null } })),
    "gives-every-step-the-budget": everyStepTheBudget(),
    "takes-silent-pairs-for-free": mapOffers((offer) => ({ ...offer, costMicros: offer.costMicros ?? 0 })),
  },
};

/** INV-CAIO-LATENCY-0001 of a whole plan: the bounds promised, composed, are within the limit, and so are their tails. */
export const planLatencyKept: PlanCheck = {
  name: "plan-latency-kept",
  judge: ({ problem, outcome }) => {
    const { latencyUs, coveragePpm } = problem.limits;
    if (outcome.kind === "refused" || latencyUs === null) return "vacuous";
    const bounds = boundsOf(problem, outcome);
    if (bounds.length < problem.steps.length) return { violation: "a pair promises no latency" };
    const coverage = coverageOf(bounds);
    if (coverage < coveragePpm) return { violation: `the plan's latency is promised at ${String(coverage)} of ${String(coveragePpm)} ppm` };
    const us = slowest(problem.tree, bounds);
    return judgement(us <= latencyUs, () => `the plan takes ${String(us)} of ${String(latencyUs)} µs`);
  },
  faults: {
    "forgets-the-latency-of-the-plan": misreadsPlan((problem) => ({ ...problem, limits: { ...problem.limits, latencyUs: Number.MAX_SAFE_INTEGER } })),
    "adds-no-tails": mapOffers((offer) => ({ ...offer, bounds: offer.bounds.map((bound) => ({ ...bound, coveragePpm: ONE })) })),
    "takes-steps-for-branches": misreadsPlan((problem) => ({ ...problem, tree: besideEachOther(problem.tree) })),
  },
};

/** INV-CAIO-0006 of a whole plan: what the certificate promises of cost and latency is what the pairs promise together. */
export const planPromise: PlanCheck = {
  name: "plan-promise",
  judge: ({ problem, outcome }) => {
    if (outcome.kind === "refused") return "vacuous";
    const { costMicros, latencyUs, coveragePpm } = outcome.promise;
    const pairs = pairsOf(problem, outcome);
    if (costMicros !== null && costMicros !== costOf(pairs)) return { violation: `the plan costs ${String(costOf(pairs))}, stated is ${String(costMicros)}` };
    if (costMicros === null && pairs.every((pair) => pair.costMicros !== null)) return { violation: "no cost is stated" };
    if (problem.limits.latencyUs === null) return "holds";
    const bounds = boundsOf(problem, outcome);
    const same = latencyUs === slowest(problem.tree, bounds) && coveragePpm === coverageOf(bounds);
    return judgement(same, () => `${String(latencyUs)} µs at ${String(coveragePpm)} ppm is not what the pairs promise together`);
  },
  faults: {
    "promises-a-cheaper-plan": misstatesPlan(({ promise, ...chosen }) => ({ ...chosen, promise: { ...promise, costMicros: promise.costMicros === null ? 0 : promise.costMicros - 1 } })),
    "promises-a-faster-plan": misstatesPlan(({ promise, ...chosen }) => ({ ...chosen, promise: { ...promise, latencyUs: promise.latencyUs === null ? null : promise.latencyUs - 1 } })),
    "promises-the-coverage-of-one-step": misstatesPlan(({ promise, ...chosen }) => ({ ...chosen, promise: { ...promise, coveragePpm: promise.coveragePpm === null ? null : promise.coveragePpm + 1 } })),
  },
};

function pairsOf({ steps }: PlanProblem, { selected }: CertifiedPlanChoice): readonly PlanOffer[] {
  return selected.flatMap(({ service, model }, step) => steps[step]?.offers.find((offer) => offer.service === service && offer.model === model) ?? []);
}

/** A silent pair costs more than any budget. */
function costOf(pairs: readonly PlanOffer[]): number {
  return pairs.reduce((sum, { costMicros }) => sum + (costMicros ?? Infinity), 0);
}

function boundsOf(problem: PlanProblem, chosen: CertifiedPlanChoice): readonly OfferedBound[] {
  return pairsOf(problem, chosen).flatMap(({ bounds }, step) => bounds[chosen.selected[step]?.bound ?? -1] ?? []);
}

/** Boole: tails add up. */
function coverageOf(bounds: readonly OfferedBound[]): number {
  return bounds.reduce((left, { coveragePpm }) => left - (ONE - coveragePpm), ONE);
}

function slowest(tree: PlanTree, bounds: readonly OfferedBound[]): number {
  if (typeof tree === "number") return bounds[tree]?.boundUs ?? Infinity;
  if ("seq" in tree) return tree.seq.reduce((sum: number, part) => sum + slowest(part, bounds), 0);
  return Math.max(...tree.par.map((part) => slowest(part, bounds)));
}

function besideEachOther(tree: PlanTree): PlanTree {
  if (typeof tree === "number") return tree;
  return { par: ("seq" in tree ? tree.seq : tree.par).map(besideEachOther) };
}

function mapOffers(change: (offer: PlanOffer) => PlanOffer): PlanFault {
  return misreadsPlan((problem) => ({ ...problem, steps: problem.steps.map((step) => ({ ...step, offers: step.offers.map(change) })) }));
}

/** Each step may cost what the whole may. */
function everyStepTheBudget(): PlanFault {
  return misreadsPlan((problem) => {
    const { budgetMicros } = problem.limits;
    return { ...problem, limits: { ...problem.limits, budgetMicros: budgetMicros === null ? null : budgetMicros * problem.steps.length } };
  });
}
