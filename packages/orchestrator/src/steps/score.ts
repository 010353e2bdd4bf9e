import { computeAttentionScore, computeIntentScore, computeResonanceScore, computeRlScore } from "@caio/control";
import { MICRO, mulDiv } from "@caio/core";
import type { SafetyLevel } from "@caio/contracts";
import type { PolicySet, Weights } from "@caio/rules";
import type { CertifiedAdmission } from "@caio/traceability";

import type { EffectiveLimits } from "../effective-limits.ts";
import { expectedOf, type DecisionFields } from "./fields.ts";
import type { Admissible } from "./limits.ts";

/** The terms of the score in micros (calculus §6). */
export type ScoreTerms = CertifiedAdmission["terms"];

/** What the terms of all pairs are computed against. */
export interface ScoreFrame {
  readonly fields: DecisionFields;
  readonly policy: PolicySet;
  readonly limits: EffectiveLimits;
  readonly largestCost: number;
  readonly largestLatency: number;
}

const SAFETY: Readonly<Record<SafetyLevel, number>> = { low: 0, medium: MICRO / 2, high: MICRO };

/** The frame of a set of admissible pairs. */
export function scoreFrame(
  admissible: readonly Admissible[],
  fields: DecisionFields,
  policy: PolicySet,
  limits: EffectiveLimits,
): ScoreFrame {
  let largestCost = 0;
  let largestLatency = 0;
  for (const { cost, latencyUs } of admissible.map(({ measures }) => measures)) {
    if (cost.kind === "amount") largestCost = Math.max(largestCost, cost.micros);
    largestLatency = Math.max(largestLatency, latencyUs ?? 0);
  }
  return { fields, policy, limits, largestCost, largestLatency };
}

/** All terms of one pair. */
export function scoreTerms(admissible: Admissible, frame: ScoreFrame): ScoreTerms {
  const { fields, policy } = frame;
  const { leaf, terms } = admissible.pair;
  const cost = computeCostPenalty(admissible, frame);
  return {
    intent: computeIntentScore(terms.encoding, fields.prepared),
    attention: computeAttentionScore(terms.encoding, fields.prepared),
    rl: computeRlScore(leaf?.learned, fields.prepared, policy.rl.widthMicros, expectedOf(fields, admissible.pair)),
    resonance: computeResonanceScore(leaf?.memory, fields.prepared),
    model: modelTerm(admissible, cost),
    cost,
    risk: computeRiskPenalty(admissible),
    latency: computeLatencyPenalty(admissible, frame),
  };
}

/** Σ weight · term + 10⁶ · Σ prefer, exact, in pico (calculus §6). */
export function scoreService(terms: ScoreTerms, preferMicros: number, weights: Weights): number {
  return (
    weights.intent * terms.intent +
    weights.attention * terms.attention +
    weights.rl * terms.rl +
    weights.resonance * terms.resonance +
    weights.model * terms.model -
    weights.cost * terms.cost -
    weights.risk * terms.risk -
    weights.latency * terms.latency +
    MICRO * preferMicros
  );
}

/** Worst-case cost over the budget, or over the largest among the admissible; silent 1.0 (calculus §6). Micros. */
export function computeCostPenalty({ measures: { cost } }: Admissible, frame: ScoreFrame): number {
  if (cost.kind !== "amount") return MICRO;
  const { budget } = frame.limits;
  return share(cost.micros, budget ?? frame.largestCost);
}

/** The risk of calculus §5, as a penalty. Micros. */
export function computeRiskPenalty({ pair }: Admissible): number {
  return pair.riskMicros;
}

/** Promised latency over the limit, or over the largest among the admissible; silent 1.0 (calculus §6). Micros. */
export function computeLatencyPenalty({ measures: { latencyUs } }: Admissible, frame: ScoreFrame): number {
  if (latencyUs === undefined) return MICRO;
  return share(latencyUs, frame.limits.latencyUs ?? frame.largestLatency);
}

/** (competence − price + alignment − overflow)/4, half to even (calculus §6). */
function modelTerm({ pair, measures }: Admissible, price: number): number {
  const { competenceMicros, contextTokens } = pair.terms.effective;
  const competence = competenceMicros ?? MICRO / 2;
  const alignment = SAFETY[pair.entry.contract.alignment.safetyLevel ?? "low"];
  const { inputTokens, outputTokens } = measures.usage;
  const overflow =
    inputTokens === undefined || outputTokens === undefined || contextTokens === undefined
      ? MICRO
      : share(inputTokens + outputTokens, contextTokens);
  return mulDiv(competence - price + alignment - overflow, 1, 4, "half-even");
}

/** a/b in micros, half to even, at most 1.0; 0/0 = 0 and x/0 = 1.0 (calculus §0). */
function share(a: number, b: number): number {
  if (b === 0) return a === 0 ? 0 : MICRO;
  return a >= b ? MICRO : mulDiv(a, MICRO, b, "half-even");
}
