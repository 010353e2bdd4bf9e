import { same } from "../json/json.ts";
import type { Checks } from "../report/report.ts";
import { brokenLimits } from "./plan-broken.ts";
import { capsOf, itemsOf, latencyOf, placesOf, reduced, sumOf, type Item, type Work } from "./plan-items.ts";
import type { PlanClaim, PlanChosen, PlanProof, PlanRefused } from "./plan-shape.ts";
import { boundsOf, rootBound, TreeWalk, type Bounds, type Claimed, type Ground } from "./plan-tree.ts";

const ONE = 1_000_000;
/** Steps that the checks of one plan may take. */
const MAX_WORK = 400_000_000;
const CODES = { budget: "BudgetExceeded", latency: "LatencyExceeded", coverage: "LatencyExceeded", availability: "NoMatchingService", accuracy: "NoMatchingService" } as const;

/** What is said of the choice follows from its offers, its limits and its bound tree (calculus §7, certificate §11). */
export function checkPlanOutcome(claim: PlanClaim, ties: readonly (readonly string[])[], checks: Checks): void {
  const { outcome, tree, steps } = claim;
  const places = placesOf(tree);
  const whole = places.length === steps.length && places.every((place, at) => place === at);
  checks.add("plan.places", whole ? undefined : "the tree does not have every step once, in order");
  // What follows goes through the tree for every item.
  if (!whole) return;
  if (outcome.kind === "chosen") checkChosen(claim, outcome, ties, checks);
  else checkRefused(claim, outcome, ties, checks);
}

function groundOf({ tree, steps, limits }: PlanClaim, ties: readonly (readonly string[])[], work: Work): Ground {
  return { tree, limits, steps: reduced(tree, steps.map(({ offers }, at) => itemsOf(offers, ties[at] ?? [], limits)), limits, work) };
}

function checkChosen(claim: PlanClaim, outcome: PlanChosen, ties: readonly (readonly string[])[], checks: Checks): void {
  const { tree, steps, limits } = claim;
  const picked = outcome.selected.map(({ service, model, bound }, step) => ({ bound, place: steps[step]?.offers.findIndex((offer) => offer.service === service && offer.model === model) ?? -1 }));
  const offers = picked.flatMap(({ place }, step) => steps[step]?.offers[place] ?? []);
  const timed = limits.latencyUs !== null;
  const bounds = picked.map(({ bound }, at) => (bound === null ? undefined : offers[at]?.bounds[bound]));
  const fits = offers.length === steps.length && picked.every(({ bound }) => (bound !== null) === timed) && (!timed || bounds.every((bound) => bound !== undefined));
  checks.add("plan.selected", fits && picked.length === steps.length ? undefined : "the plan does not choose one admitted pair for each step");
  if (!fits || picked.length !== steps.length) return;
  const score = offers.reduce((sum, offer) => sum + BigInt(offer.score), 0n);
  checks.equal("plan.score", outcome.score, () => Number(score));
  const costs = offers.map(({ costMicros }) => costMicros);
  const cost = costs.includes(null) ? null : costs.reduce((sum: number, each) => sum + (each ?? 0), 0);
  const left = (read: (at: number) => number): number => Math.max(0, offers.reduce((sum, _offer, at) => sum + read(at) - ONE, ONE));
  checks.equal("plan.promise", outcome.promise, () => ({
    costMicros: cost === null || !Number.isSafeInteger(cost) ? null : cost,
    latencyUs: timed ? latencyOf(tree, bounds.map((bound) => bound?.boundUs ?? 0)) : null,
    coveragePpm: timed ? left((at) => bounds[at]?.coveragePpm ?? 0) : null,
    availabilityMicros: left((at) => offers[at]?.availabilityMicros ?? 0),
    accuracyMicros: left((at) => offers[at]?.accuracyMicros ?? 0),
  }));
  checks.run("plan.first", () => firstProblem(claim, outcome, ties, picked));
}

function firstProblem(claim: PlanClaim, outcome: PlanChosen, ties: readonly (readonly string[])[], picked: readonly { readonly place: number; readonly bound: number | null }[]): string | undefined {
  const { tree, steps, limits } = claim;
  const work = { left: MAX_WORK };
  const all = steps.map(({ offers }, at) => itemsOf(offers, ties[at] ?? [], limits));
  const items = picked.flatMap(({ place, bound }, step) => all[step]?.filter((item) => item.offer === place && item.bound === (bound ?? -1)) ?? []);
  if (items.length !== steps.length) return "a pair chosen is silent where the plan has a limit";
  const used = sumOf(items.map(({ uses }) => uses));
  const late = limits.latencyUs !== null && latencyOf(tree, items.map(({ us }) => us)) > limits.latencyUs;
  if (late || capsOf(limits).some((cap, at) => (used[at] ?? 0) > cap)) return "the plan breaks one of its limits";
  const ground = groundOf(claim, ties, work);
  const bounds = boundsOf(ground, outcome.proof, work);
  return proofProblem(outcome, { ground, bounds, claimed: { items, score: outcome.score } }, work);
}

interface Claim {
  readonly ground: Ground;
  readonly bounds: Bounds;
  readonly claimed: Claimed & { readonly items: readonly Item[] };
}

function proofProblem({ claim, gap, score, proof }: PlanChosen, { ground, bounds, claimed }: Claim, work: Work): string | undefined {
  if (bounds.bounds.length === 0) return "there is no multiplier, so that nothing is bounded";
  if (claim === "optimal") {
    if (gap !== 0 || proof.tree === null) return "an optimal plan has a bound tree, and no gap";
    new TreeWalk(ground, bounds, proof.tree, claimed, work).check();
    return undefined;
  }
  if (proof.tree !== null) return "a plan that has a bound tree is optimal";
  const most = rootBound(bounds);
  return most - score === gap ? undefined : `the gap is ${String(gap)}, the bound gives ${String(most - score)}`;
}

function checkRefused(claim: PlanClaim, outcome: PlanRefused, ties: readonly (readonly string[])[], checks: Checks): void {
  const { limits } = claim;
  const { broken, code, proof } = outcome;
  const expected = brokenLimits(claim);
  checks.equal("plan.broken", broken, () => expected);
  const asked = ([["budget", limits.budgetMicros], ["latency", limits.latencyUs], ["availability", limits.availabilityMicros], ["accuracy", limits.accuracyMicros]] as const).find(([, limit]) => limit !== null);
  checks.equal("plan.code", code, () => CODES[expected[0]?.limit ?? asked?.[0] ?? "budget"]);
  checks.run("plan.none", () => {
    if (expected.length > 0) return outcome.claim === "impossible" && proof === null ? undefined : "a limit that is broken by itself needs no more proof";
    if (proof === null) return "no limit is broken by itself, and there is no other proof";
    return noneProblem(claim, { claim: outcome.claim, proof }, ties);
  }, outcome.claim === "undecided" ? "attested" : "proved");
}

function noneProblem(plan: PlanClaim, { claim, proof }: { readonly claim: PlanRefused["claim"]; readonly proof: PlanProof }, ties: readonly (readonly string[])[]): string | undefined {
  const work = { left: MAX_WORK };
  const ground = groundOf(plan, ties, work);
  const none = ground.steps.some((items) => items.length === 0);
  if (none) return claim === "impossible" && same(proof, { multipliers: [], counted: null, order: [], tree: "" }) ? undefined : "a step of which no pair can stand needs no more proof";
  const bounds = boundsOf(ground, proof, work);
  if (claim === "undecided") return proof.tree === null ? undefined : "a plan with a bound tree is decided";
  if (proof.tree === null) return "that nothing keeps the limits has no proof";
  new TreeWalk(ground, bounds, proof.tree, undefined, work).check();
  return undefined;
}
