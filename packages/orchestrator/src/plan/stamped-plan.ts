import type { Candidate, DetectedLabel, Principal, RequestDocument, RequestFields } from "@caio/contracts";
import { CaioError, type Digest } from "@caio/core";

import { stampRequest } from "../execution/stamp.ts";
import { childKey, identityOf } from "../identity.ts";
import { stepNames, type PlanDocument } from "./plan-document.ts";
import { knownBefore, type PlanRequest } from "./plan-request.ts";

/** Where a plan stands: a fresh key of its own, and what a plan before it tried in vain. */
export interface PlanPlace {
  /** 64 hex digits, fresh per plan. */
  readonly planKey: Digest;
  readonly testKey: boolean;
  /** The plan that this one goes on with. */
  readonly parent?: Digest | undefined;
  /** By step: pairs that may not be chosen again, in (service, model) order. */
  readonly excluded?: Readonly<Record<string, readonly Candidate[]>> | undefined;
}

/** What the door says of all steps. */
export interface PlanStamp extends PlanPlace {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  readonly principal: Principal;
  /** Per step, in order. */
  readonly readings: readonly StepReading[];
}

/** What was found in a step's request before it is decided. */
export interface StepReading {
  readonly document: RequestDocument;
  readonly detected: readonly DetectedLabel[];
  readonly fields: RequestFields;
}

/** The requests of a plan's steps as they are known before it is chosen, in the order in which they stand. @throws CaioError `InvalidPlan` */
export function stepDocuments(document: PlanDocument): readonly RequestDocument[] {
  return stepNames(document.plan).map((name) => {
    const request = document.steps[name];
    if (request === undefined) throw new CaioError("InvalidPlan", `The plan names step "${name}", which has no request.`, { details: { step: name } });
    return knownBefore(request, name, document);
  });
}

/** The plan that is decided: every step as of the same moment, with the plan as its parent. */
export function stampPlan({ plan, limits, guarantees }: PlanDocument, stamp: PlanStamp): PlanRequest {
  const { planKey, testKey, now, principal, readings, parent, excluded = {} } = stamp;
  const planId = identityOf(planKey).decisionId;
  const names = stepNames(plan);
  const steps = readings.map(({ document, detected, fields }, at) =>
    stampRequest(document, {
      ...{ now, testKey, principal, detected, fields },
      decisionKey: childKey(planKey, at + 1),
      lineage: { parent: planId, excluded: excluded[names[at] ?? ""] ?? [] },
    }),
  );
  return { plan, limits, guarantees, steps, planKey, testKey, now, tenant: principal.tenant, parent: parent ?? null };
}
