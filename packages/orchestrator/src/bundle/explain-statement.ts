import { isCaioError, type JsonObject } from "@caio/core";
import { policyFromWire } from "@caio/rules";
import type { Certificate, CertifiedVerdict, DecisionPredicate } from "@caio/traceability";

import { nearestCounterfactual, type Obstacle } from "../counterfactual/nearest-counterfactual.ts";
import { smallestWeightFlips, type WeightFlip } from "../counterfactual/weight-flips.ts";
import type { Clause, Rejected, RoutingDecision, Verdict } from "../decision.ts";
import type { Explainable } from "../explanation.ts";
import { caioRoute } from "../route.ts";
import type { DecisionWorld } from "./world-file.ts";
import { worldOfBundle } from "./world-of-bundle.ts";

/** What a bundle alone tells of its decision. */
export interface BundleExplanation {
  readonly decision: Explainable;
  /** Exact: from the terms in the certificate. */
  readonly weightFlips: readonly WeightFlip[];
  /** Undefined if the bundle withholds what the verdicts depend on, or has policies that are not read here. */
  readonly obstacles: readonly Obstacle[] | undefined;
  /** Ids of the policies with a condition that the verifier takes and the reader of policies does not. */
  readonly unreadPolicies: readonly string[];
}

/** Explains the decision of a statement that verifies, with the words that its contracts and policies give. */
export function explainStatement(predicate: DecisionPredicate): BundleExplanation {
  const { certificate } = predicate;
  const world = verdictWorld(predicate);
  const verdicts = certificate.verdicts.map((verdict, at) => withEvidence(verdict, world?.decision.verdicts[at], predicate));
  const obstacles = world === undefined ? undefined : nearestCounterfactual(world.request, world.inputs).obstacles;
  return { decision: explainable(certificate, verdicts), weightFlips: flipsOf(predicate), obstacles, unreadPolicies: unreadOf(predicate) };
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

/** The reason that a rule gives, which a bundle holds whatever it withholds, and whether or not its conditions are read here. */
function ruleReason(clause: string, policies: DecisionPredicate["policies"]): string {
  for (const [at, policy] of policies.entries()) {
    const rules: unknown = policy["rules"];
    for (const rule of Array.isArray(rules) ? (rules as readonly unknown[]) : []) {
      if (!isObject(rule) || clause !== `rule:${at === 0 ? "" : `${idOf(policy)}/`}${idOf(rule)}`) continue;
      return typeof rule["reason"] === "string" ? rule["reason"] : "";
    }
  }
  return "";
}

function unreadOf({ policies }: DecisionPredicate): readonly string[] {
  return policies.filter((policy) => !isRead(policy)).map(idOf);
}

function isRead(policy: JsonObject): boolean {
  try {
    policyFromWire(policy);
    return true;
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return false;
  }
}

function idOf({ id }: Readonly<Record<string, unknown>>): string {
  return typeof id === "string" ? id : "";
}

function explainable({ outcome, fields, inputs: { registry, policy } }: Certificate, verdicts: readonly Verdict[]): Explainable {
  const stale = { ...(registry.stale && { registry: registry.stale }), ...(policy.stale && { policy: policy.stale }) };
  if (outcome.kind === "chosen") return { kind: "chosen", verdicts, fieldState: fields, stale, outcome };
  return { kind: "refused", verdicts, fieldState: fields, stale, code: outcome.code };
}

function flipsOf({ certificate, policies }: DecisionPredicate): readonly WeightFlip[] {
  const [base] = policies;
  if (base === undefined) return [];
  // Weights do not depend on the rules, whose conditions may not be read here.
  const { weights } = policyFromWire({ ...base, rules: [] });
  const admitted = certificate.verdicts.filter((verdict) => verdict.step === 0);
  return smallestWeightFlips({ admitted, weights, seed: certificate.seed, commitments: certificate.request });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
