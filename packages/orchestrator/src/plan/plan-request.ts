import { canonicalJson, CaioError, fromHex, sha256Hex, digest, type Digest, type JsonValue } from "@caio/core";
import { toWire, type Plan, type Request, type RequestDocument } from "@caio/contracts";
import type { PolicySet } from "@caio/rules";
import type { DecisionOpening, PlanLimits, PlanTree } from "@caio/traceability";

import { effectiveLimits } from "../effective-limits.ts";
import { derive } from "../identity.ts";
import type { PlanDemands, PlanDocument, PlanTerms } from "./plan-document.ts";
import { stepNames } from "./plan-document.ts";
import { referencedSteps } from "./plan-references.ts";

const COMMITMENT = Uint8Array.of(0x04);

/** A plan with what the door stamps: the requests of its steps, in the order in which they stand, as of one moment. */
export interface PlanRequest {
  readonly plan: Plan;
  readonly limits: PlanTerms;
  readonly guarantees: PlanDemands;
  /** Each with the plan as its parent, and the n-th child key of the plan's (calculus §0). */
  readonly steps: readonly Request[];
  /** 64 hex digits, fresh per plan, secret. */
  readonly planKey: Digest;
  readonly testKey: boolean;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  readonly tenant: string;
  /** The plan that this one goes on with. */
  readonly parent: Digest | null;
}

/** The paths of a plan that are committed to, each with a salt of its own (certificate §11). */
export interface PlanCommitments {
  readonly digest: Digest;
  readonly paths: Readonly<Record<string, Digest>>;
  readonly opening: DecisionOpening;
}

/** Commits to the tree with the names of its steps, the limits and the guarantees, as `commitToRequest` does to a request. */
export function commitToPlan({ plan, limits, guarantees, planKey }: PlanRequest): PlanCommitments {
  const values: Readonly<Record<string, JsonValue>> = { guarantees: toWire(guarantees), limits: toWire(limits), plan: toWire(plan) };
  const key = fromHex(planKey);
  const paths = Object.fromEntries(Object.entries(values).map(([path, value]) => [path, sha256Hex(COMMITMENT, derive(key, "salt", path), canonicalJson(value))]));
  return { digest: digest(paths), paths, opening: { decisionKey: planKey, disclosed: canonicalJson(values) } };
}

/** The limits of a plan in the policy's currency, rounded down. @throws CaioError `InvalidPlan` for a currency without a rate. */
export function planLimits({ limits, guarantees }: Pick<PlanRequest, "limits" | "guarantees">, policy: PolicySet): PlanLimits {
  const { currency } = policy;
  // The plan's own alone: what the policy allows each request is held against each step.
  const { budget, budgetWithoutRate, latencyUs, coveragePpm } = effectiveLimits(limits, { ...policy, limits: {} });
  if (budgetWithoutRate) {
    throw new CaioError("InvalidPlan", `At limits.currency: found ${limits.currency ?? ""}, expected ${currency} or a currency that the policy has a rate for.`, {
      details: { place: "limits.currency", expected: currency },
    });
  }
  return { budgetMicros: budget, latencyUs, coveragePpm, availabilityMicros: guarantees.availabilityMicros ?? null, accuracyMicros: guarantees.accuracyMicros ?? null };
}

/** The tree with the places of its steps for their names. */
export function treeOf(plan: Plan): PlanTree {
  const names = stepNames(plan);
  const placed = (part: Plan): PlanTree => {
    if (typeof part === "string") return names.indexOf(part);
    return "seq" in part ? { seq: part.seq.map(placed) } : { par: part.par.map(placed) };
  };
  return placed(plan);
}

/**
 * A step's request as far as it is known before any step ran: a payload that takes something from another step's answer is left out, and
 * its size is what the caller declares.
 *
 * @throws CaioError `InvalidPlan` for such a payload without a declared size, where the plan has a budget
 */
export function knownBefore(document: RequestDocument, step: string, { limits }: Pick<PlanDocument, "limits">): RequestDocument {
  const { payload, ...data } = document.data;
  if (payload === undefined || referencedSteps(payload).length === 0) return document;
  if (limits.budgetMicros !== undefined && document.size.inputTokens === undefined) {
    throw new CaioError("InvalidPlan", `At steps.${step}.size.input_tokens: found nothing, expected a number: the payload is not known when the plan is chosen, and the plan has a budget.`, {
      details: { place: `steps.${step}.size.input_tokens`, expected: "the most tokens that the payload will have" },
    });
  }
  return { ...document, data };
}
