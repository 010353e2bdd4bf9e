import { isCaioError } from "@caio/core";
import { caioRoute, nearestCounterfactual, smallestWeightFlips, type Clause, type DecisionWorld, type Explainable, type Obstacle, type Rejected, type RoutingDecision, type Verdict, type WeightFlip } from "@caio/orchestrator";
import { policyFromWire } from "@caio/rules";
import type { Certificate, CertifiedVerdict, DecisionPredicate } from "@caio/traceability";

import { worldOfBundle } from "./world-of-bundle.ts";

/** What a bundle alone tells of its decision. */
export interface BundleExplanation {
  readonly decision: Explainable;
  /** Exact: from the terms in the certificate. */
  readonly weightFlips: readonly WeightFlip[];
  /** Undefined if the bundle withholds what the verdicts depend on. */
  readonly obstacles: readonly Obstacle[] | undefined;
}

/** Explains the decision of a statement that verifies, with the words that its contracts and policies give. */
export function explainStatement(predicate: DecisionPredicate): BundleExplanation {
  const { certificate } = predicate;
  const world = verdictWorld(predicate);
  const verdicts = certificate.verdicts.map((verdict, at) => withEvidence(verdict, world?.decision.verdicts[at], predicate));
  const obstacles = world === undefined ? undefined : nearestCounterfactual(world.request, world.inputs).obstacles;
  return { decision: explainable(certificate, verdicts), weightFlips: flipsOf(predicate), obstacles };
}

interface VerdictWorld extends DecisionWorld {
  readonly decision: RoutingDecision;
}

/** The world of the bundle, if it has the verdicts of the certificate. Anything that keeps it from being made is a path withheld. */
function verdictWorld(predicate: DecisionPredicate): VerdictWorld | undefined {
  try {
    const world = worldOfBundle(predicate);
    const decision = caioRoute(world.request, world.inputs);
    const { verdicts } = predicate.certificate;
    const agree = verdicts.length === decision.verdicts.length && verdicts.every((verdict, at) => isSame(verdict, decision.verdicts[at]));
    return agree ? { ...world, decision } : undefined;
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return undefined;
  }
}

function isSame(one: CertifiedVerdict, other: Verdict | undefined): boolean {
  if (other?.service !== one.service || other.model !== one.model || other.step !== one.step) return false;
  return one.step === 0 || other.step === 0 || one.clause === other.clause;
}

function withEvidence(verdict: CertifiedVerdict, redone: Verdict | undefined, { policies }: DecisionPredicate): Verdict {
  if (verdict.step === 0) return verdict;
  const clause = verdict.clause as Clause;
  if (redone !== undefined && redone.step !== 0) return { ...verdict, clause, evidence: redone.evidence };
  return { ...verdict, clause, evidence: { reason: ruleReason(clause, policies) } } satisfies Rejected;
}

/** The reason that a rule gives, which a bundle holds whatever it withholds. */
function ruleReason(clause: string, policies: DecisionPredicate["policies"]): string {
  const sets = policies.map((wire) => policyFromWire(wire));
  for (const [at, { id, rules }] of sets.entries()) {
    const found = rules.find((rule) => clause === `rule:${at === 0 ? rule.id : `${id}/${rule.id}`}`);
    if (found !== undefined) return found.reason;
  }
  return "";
}

function explainable({ outcome, fields }: Certificate, verdicts: readonly Verdict[]): Explainable {
  if (outcome.kind === "chosen") return { kind: "chosen", verdicts, fieldState: fields, outcome };
  return { kind: "refused", verdicts, fieldState: fields, code: outcome.code };
}

function flipsOf({ certificate, policies }: DecisionPredicate): readonly WeightFlip[] {
  const [base] = policies;
  if (base === undefined) return [];
  const admitted = certificate.verdicts.filter((verdict) => verdict.step === 0);
  return smallestWeightFlips({ admitted, weights: policyFromWire(base).weights, seed: certificate.seed, requestDigest: certificate.request.digest });
}
