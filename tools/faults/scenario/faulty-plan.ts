import { certifiedChoice, choosePlan, createPlanBundle, type PlanDocument, type PlanProblem } from "@caio/orchestrator";
import { sha256Hex } from "@caio/core";
import type { CertifiedPlanChoice, CertifiedPlanRefusal, KeyRing } from "@caio/traceability";
import { verifyBundle, verifyPlanChoice, type Json } from "@caio/verifier";

import { bestByBruteForce } from "../../plans/brute-force.ts";
import { Dice } from "../../plans/dice.ts";
import { planForgeries } from "../../plans/plan-forgeries.ts";
import { mutantBundle, planMutants } from "../../plans/plan-mutants.ts";
import { loggedPlan, planWorld, type PlanShape, type PlanWorld } from "../../plans/plan-world.ts";
import { randomProblem } from "../../plans/random-problem.ts";

const SIZE = { steps: 4, offers: 5 };
const SHAPE: PlanShape = { plan: { seq: ["s0", "s1"] }, steps: 2, candidates: 4, limits: ["budget", "latency"], ease: 80 };
/** Of a plan's certificate, logged and signed again: another plan's steps, and an offer that is not the pair's. */
const MUTATED = ["/decisionId", "/steps/0/offers/0/costMicros"];

/** What is chosen of a random problem, as the plan's certificate says it and a checker reads it. */
export function planClaim(seed: number): string {
  const random = randomProblem(SIZE, new Dice(seed));
  const problem = seed % 2 === 0 ? short(random) : random;
  return claimOf(problem, chosenOf(problem));
}

/** A whole plan of two steps that is decided, logged and bundled; the fingerprint is of all that is certified. */
export async function bundlePlan(seed: number, keys: KeyRing): Promise<{ readonly bundle: string; readonly fingerprint: string }> {
  const parts = await loggedPlan(hurriedWorld(seed), `plan ${String(seed)}`, keys);
  return { bundle: createPlanBundle(parts, keys.signer.key), fingerprint: sha256Hex(JSON.stringify(parts.decision.certificate)) };
}

/** The names of the forgeries that the verifier of this process takes for true: none, unless it is broken. */
export async function passedForgeries(seed: number, keys: KeyRing): Promise<readonly string[]> {
  const problem = randomProblem(SIZE, new Dice(seed));
  const outcome = chosenOf(problem);
  const forged = outcome.kind === "refused" ? [] : planForgeries(problem, outcome).filter((forgery) => verifyPlanChoice(JSON.parse(claimOf(problem, forgery.outcome)) as Json).valid);
  return [...forged.map(({ name }) => name), ...(seed % 10 === 1 ? await passedMutants(seed, keys) : [])];
}

async function passedMutants(seed: number, keys: KeyRing): Promise<readonly string[]> {
  const parts = await loggedPlan(hurriedWorld(seed), `plan ${String(seed)}`, keys);
  const publicKey = keys.verifiers.map(String);
  const passed: string[] = [];
  for (const { path, certificate } of planMutants(parts.decision.certificate).filter((mutant) => MUTATED.includes(mutant.path))) {
    if ((await verifyBundle(await mutantBundle(parts, certificate, keys), { publicKey })).valid) passed.push(path);
  }
  return passed;
}

function chosenOf({ tree, steps, limits }: PlanProblem): CertifiedPlanChoice | CertifiedPlanRefusal {
  return certifiedChoice(choosePlan({ tree, steps, limits }), { tree, limits, offers: steps.map(({ offers }) => offers) });
}

/** With a budget that its best plan exceeds by one micro: of random budgets one in thousands is so near. */
function short({ limits, ...problem }: PlanProblem): PlanProblem {
  const best = bestByBruteForce({ ...problem, limits });
  const costs = best?.offers.map((place, step) => problem.steps[step]?.offers[place]?.costMicros ?? 0) ?? [];
  const cost = costs.reduce((sum, each) => sum + each, 0);
  return cost === 0 ? { ...problem, limits } : { ...problem, limits: { ...limits, budgetMicros: cost - 1 } };
}

function claimOf({ tree, steps, limits }: PlanProblem, outcome: CertifiedPlanChoice | CertifiedPlanRefusal): string {
  return JSON.stringify({ tree, steps, limits, outcome });
}

/** The first step is in a hurry of its own, so that it leaves out some of its pairs, and some bounds of others. */
function hurriedWorld(seed: number): PlanWorld {
  const { inputs, document } = planWorld(SHAPE, new Dice(seed));
  return { inputs, document: { ...document, steps: Object.fromEntries(Object.entries(document.steps).map(([name, step]) => [name, name === "s0" ? hurried(step) : step])) } };
}

function hurried(step: PlanDocument["steps"][string]): PlanDocument["steps"][string] {
  return { ...step, limits: { ...step.limits, latencyUs: 400_000, deadlineUs: 500_000 } };
}
