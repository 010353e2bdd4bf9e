import { certifiedChoice, type PlanPick, type PlanProblem } from "@caio/orchestrator";
import type { CertifiedPlanChoice, CertifiedPlanRefusal } from "@caio/traceability";

type PlanPromise = CertifiedPlanChoice["promise"];

/** Something that is not true of a problem, stated as a planner would who wants it believed. */
export interface PlanForgery {
  readonly name: string;
  readonly outcome: CertifiedPlanChoice | CertifiedPlanRefusal;
}

/** A node that says of everything that it is bounded, and one that says so of all its children. */
const EMPTY_TREES = ["!", "+."];

/**
 * What may be said falsely of a problem for which `chosen` is the first plan: that there is none, that another is first, among them one
 * that breaks a limit, and that it promises what its pairs do not.
 */
export function planForgeries(problem: PlanProblem, chosen: CertifiedPlanChoice): readonly PlanForgery[] {
  const others = otherPlans(problem, chosen).flatMap(({ name, outcome }) =>
    EMPTY_TREES.map((tree): PlanForgery => ({ name: `${name}, tree ${tree}`, outcome: { ...outcome, proof: { ...chosen.proof, tree } } })),
  );
  return [noPlan(problem, chosen), { name: "promises another", outcome: { ...chosen, promise: better(chosen.promise) } }, ...others];
}

function noPlan({ tree, limits, steps }: PlanProblem, { proof }: CertifiedPlanChoice): PlanForgery {
  const refused = certifiedChoice({ kind: "none", claim: "impossible", broken: [], proof: null }, { tree, limits, offers: steps.map(({ offers }) => offers) });
  return { name: "no plan", outcome: { ...refused, proof: { ...proof, tree: "c" } } };
}

/** Each by the least there is. */
function better({ costMicros, latencyUs, availabilityMicros, ...promise }: PlanPromise): PlanPromise {
  return {
    ...promise,
    costMicros: costMicros === null || costMicros === 0 ? costMicros : costMicros - 1,
    latencyUs: latencyUs === null ? null : latencyUs - 1,
    availabilityMicros: availabilityMicros === 1_000_000 ? availabilityMicros - 1 : availabilityMicros + 1,
  };
}

/** With another pair at one step: the one that scores least, and the one that scores most, which breaks a limit or loses by its tie. */
function otherPlans(problem: PlanProblem, chosen: CertifiedPlanChoice): readonly PlanForgery[] {
  const { tree, limits, steps } = problem;
  const picks = chosen.selected.map(({ service, model, bound }, step): PlanPick => ({ offer: steps[step]?.offers.findIndex((offer) => offer.service === service && offer.model === model) ?? -1, bound }));
  const all = steps.flatMap(({ offers }, step) => offers.flatMap((offer, place) => {
    const pick = picks[step];
    if (pick === undefined || place === pick.offer) return [];
    const score = chosen.score - (offers[pick.offer]?.score ?? 0) + offer.score;
    const bounds = limits.latencyUs === null ? [null] : [...offer.bounds.keys()].slice(-1);
    return bounds.map((bound) => ({ score, picks: picks.map((own, at) => (at === step ? { offer: place, bound } : own)) }));
  }));
  const sorted = all.sort((a, b) => a.score - b.score);
  const ends = [["a lesser plan", sorted[0]], ["a plan beyond", sorted.at(-1)]] as const;
  return ends.flatMap(([name, plan]) => {
    if (plan === undefined) return [];
    const proof = { multipliers: [], counted: null, order: [], tree: null };
    const outcome = certifiedChoice({ kind: "chosen", claim: "optimal", gap: 0, ...plan, proof }, { tree, limits, offers: steps.map(({ offers }) => offers) });
    return [{ name, outcome }];
  });
}
