import type { Candidate } from "@caio/contracts";
import { explainDecision, nameOf, rejectionReason, type ChosenDecision, type RoutingDecision, type Verdict } from "@caio/orchestrator";
import { z } from "zod";

import { promisedLatency } from "../decisions/decision-summary.ts";

const count = z.int().min(0);
const outcome = z.strictObject({
  outcome: z.enum(["chosen", "refused"]),
  code: z.string().nullable(),
  service: z.string().nullable(),
  model: z.string().nullable(),
  score_pico: z.int().nullable(),
  /** Worst case, and the promise at the greatest coverage; null: nothing is promised. */
  cost_micros: count.nullable(),
  latency_us: count.nullable(),
  explored: z.boolean(),
});
export type JudgedOutcome = z.output<typeof outcome>;

const rejection = z.strictObject({ service: z.string(), model: z.string().nullable(), step: z.int(), clause: z.string(), words: z.string() });

/** A decision that would be another one. */
export const changedDecision = z.strictObject({
  id: z.string(),
  at: count,
  tenant: z.string(),
  kind: z.enum(["other_pair", "refused", "admitted", "other_refusal"]),
  from: outcome,
  to: outcome,
  /** Sentences. */
  why: z.array(z.string()),
  /** The clause by which the pair that was chosen falls now, or by which the pair that is chosen now fell. */
  rejected: z.strictObject({ before: rejection.nullable(), after: rejection.nullable() }),
  /** Then less before; null where one of them has none. */
  difference: z.strictObject({ score_pico: z.int().nullable(), cost_micros: z.int().nullable(), latency_us: z.int().nullable() }),
});
export type ChangedDecision = z.output<typeof changedDecision>;

/** What came of a decision, for a comparison. */
export function judgedOutcome(decision: RoutingDecision): JudgedOutcome {
  if (decision.kind === "refused") return { outcome: "refused", code: decision.code, service: null, model: null, score_pico: null, cost_micros: null, latency_us: null, explored: false };
  const { selected, promise } = decision.outcome;
  return {
    ...{ outcome: "chosen", code: null, service: selected.service, model: selected.model, score_pico: selected.score, explored: selected.drawn },
    cost_micros: promise.perCall.costCapMicros,
    latency_us: promisedLatency(promise.statistical)?.maxUs ?? null,
  };
}

/** How a decision differs from what it was; undefined if the same pair is chosen, or it is refused with the same code. */
export function changeOf(before: RoutingDecision, after: RoutingDecision): Omit<ChangedDecision, "id" | "at" | "tenant"> | undefined {
  const [from, to] = [judgedOutcome(before), judgedOutcome(after)];
  if (from.service === to.service && from.model === to.model && from.code === to.code) return undefined;
  const kind = from.outcome === to.outcome ? (from.outcome === "chosen" ? "other_pair" : "other_refusal") : to.outcome === "refused" ? "refused" : "admitted";
  const rejected = { before: after.kind === "chosen" ? fallOf(selectedOf(after), before) : null, after: before.kind === "chosen" ? fallOf(selectedOf(before), after) : null };
  const less = (one: number | null, other: number | null): number | null => (one === null || other === null ? null : other - one);
  return {
    ...{ kind, from, to, rejected },
    why: whyOf(before, after, rejected),
    difference: { score_pico: less(from.score_pico, to.score_pico), cost_micros: less(from.cost_micros, to.cost_micros), latency_us: less(from.latency_us, to.latency_us) },
  };
}

function selectedOf({ outcome: { selected } }: ChosenDecision): Candidate {
  return { service: selected.service, model: selected.model };
}

function verdictOn({ service, model }: Candidate, { verdicts }: RoutingDecision): Verdict | undefined {
  return verdicts.find((verdict) => verdict.service === service && verdict.model === model);
}

function fallOf(pair: Candidate, decision: RoutingDecision): z.output<typeof rejection> | null {
  const verdict = verdictOn(pair, decision);
  if (verdict === undefined || verdict.step === 0) return null;
  return { ...pair, step: verdict.step, clause: verdict.clause, words: rejectionReason(verdict) };
}

function whyOf(before: RoutingDecision, after: RoutingDecision, rejected: ChangedDecision["rejected"]): string[] {
  const why: string[] = [];
  if (before.kind === "chosen") why.push(lossOf(selectedOf(before), after, rejected.after));
  if (after.kind === "chosen") why.push(...gainOf(selectedOf(after), before, rejected.before));
  if (after.kind === "refused") why.push(explainDecision(after).headline);
  return why;
}

/** Why the pair that was chosen is not. */
function lossOf(pair: Candidate, after: RoutingDecision, fall: ChangedDecision["rejected"]["after"]): string {
  if (fall !== null) return `${nameOf(pair)} falls at step ${String(fall.step)} (${fall.clause}): ${fall.words}.`;
  const verdict = verdictOn(pair, after);
  if (verdict?.step !== 0) return `${nameOf(pair)} does not offer what is asked any more, or is not there.`;
  if (after.kind !== "chosen") return `${nameOf(pair)} is still admitted.`;
  const { selected } = after.outcome;
  if (selected.drawn) return `${nameOf(pair)} is still admitted; chance takes ${nameOf(selected)}.`;
  return `${nameOf(pair)} scores ${pico(verdict.score)} then, ${nameOf(selected)} ${pico(selected.score)}.`;
}

/** Why the pair that is chosen was not. */
function gainOf(pair: Candidate, before: RoutingDecision, fall: ChangedDecision["rejected"]["before"]): readonly string[] {
  if (fall !== null) return [`${nameOf(pair)} fell at step ${String(fall.step)} (${fall.clause}): ${fall.words}; now it is admitted.`];
  const verdict = verdictOn(pair, before);
  if (verdict?.step !== 0) return [`${nameOf(pair)} was not there, or did not offer what is asked.`];
  return before.kind === "chosen" ? [`Before, ${nameOf(pair)} scored ${pico(verdict.score)}, ${nameOf(before.outcome.selected)} ${pico(before.outcome.selected.score)}.`] : [];
}

function pico(score: number): string {
  return (score / 1e12).toFixed(6);
}
