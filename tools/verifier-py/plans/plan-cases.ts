import { createPlanBundle, parsePlanDocument, type PlanDocument } from "@caio/orchestrator";
import { generateSigningKey, KeyRing } from "@caio/traceability";
import type { JsonObject } from "@caio/verifier";

import { Dice } from "../../plans/dice.ts";
import { loggedPlan, planWorld, type PlanShape } from "../../plans/plan-world.ts";
import { statementIn } from "./plan-statement.ts";

/** A plan as it is decided, and what its outcome has to be for the case to show what it is there for. */
export interface PlanCase extends PlanShape {
  readonly seed: number;
  readonly outcome: string;
  /** Limits that each step has for itself. */
  readonly own?: JsonObject;
  /** A capability that the first step asks for and nobody offers. */
  readonly missing?: string;
}

const all = ["budget", "latency", "availability", "accuracy"] as const;
const mixed = { seq: ["s0", { par: ["s1", { seq: ["s2", "s3"] }] }] };

/** One step, several beside and after each other; every kind of limit; every kind of outcome but `feasible`, which needs thousands of nodes. */
export const planCases: readonly PlanCase[] = [
  { plan: "s0", steps: 1, candidates: 5, limits: ["budget"], ease: 100, seed: 1, outcome: "chosen optimal" },
  { plan: { seq: ["s0", "s1", "s2"] }, steps: 3, candidates: 4, limits: ["budget", "latency"], ease: 60, seed: 2, outcome: "chosen optimal" },
  { plan: { par: ["s0", "s1", "s2"] }, steps: 3, candidates: 4, limits: ["latency"], ease: 50, seed: 3, outcome: "chosen optimal" },
  { plan: mixed, steps: 4, candidates: 4, limits: all, ease: 90, seed: 4, outcome: "chosen optimal" },
  { plan: mixed, steps: 4, candidates: 3, limits: ["latency", "availability"], ease: 95, seed: 5, own: { deadline_ms: 900 }, outcome: "chosen optimal" },
  { plan: { seq: ["s0", "s1"] }, steps: 2, candidates: 3, limits: [], ease: 50, seed: 6, outcome: "chosen optimal" },
  { plan: mixed, steps: 4, candidates: 4, limits: all, ease: 0, seed: 7, outcome: "refused impossible broken" },
  { plan: mixed, steps: 4, candidates: 4, limits: all, ease: 44, seed: 14, outcome: "refused impossible together" },
  { plan: { seq: ["s0", "s1"] }, steps: 2, candidates: 3, limits: ["budget"], ease: 80, seed: 9, missing: "work.nobody", outcome: "refused impossible step" },
];

/** The bundle of a case as a router makes it. */
export async function planBundle(made: PlanCase, keys: KeyRing): Promise<{ readonly bundle: string; readonly outcome: string }> {
  const world = planWorld(made, new Dice(made.seed));
  const parts = await loggedPlan({ ...world, document: ownLimits(world.document, made) }, `case ${String(made.seed)}`, keys);
  const { outcome } = parts.decision;
  const refusal = outcome.kind === "chosen" ? "" : outcome.step !== null ? " step" : outcome.broken.length > 0 ? " broken" : " together";
  return { bundle: createPlanBundle(parts, keys.signer.key), outcome: `${outcome.kind} ${outcome.claim}${refusal}` };
}

/** The statement of a case. */
export async function planStatement(made: PlanCase): Promise<JsonObject> {
  return statementIn((await planBundle(made, KeyRing.of("caio.example/log", generateSigningKey()))).bundle);
}

function ownLimits(document: PlanDocument, { plan, own, missing, steps }: PlanCase): PlanDocument {
  if (own === undefined && missing === undefined) return document;
  const request = (step: number): JsonObject => ({
    caio_request: 1, intent: { text: `Do step ${String(step)}.` },
    limits: { budget: "1", currency: "USD", latency_ms: 100_000, ...own },
    requirements: [step === 0 && missing !== undefined ? missing : `work.step${String(step)}`],
  });
  const stated = { caio_plan: 1, plan, steps: Object.fromEntries(Array.from({ length: steps }, (_, step) => [`s${String(step)}`, request(step)])) };
  return { ...document, steps: parsePlanDocument(stated).steps };
}
