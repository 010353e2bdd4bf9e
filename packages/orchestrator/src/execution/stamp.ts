import type { DetectedLabel, Lineage, Principal, Request, RequestDocument, RequestFields } from "@caio/contracts";
import { stampedSize } from "@caio/contracts";
import type { Digest } from "@caio/core";

/** What only the door may say of a request (calculus §0). */
export interface Stamp {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  /** 64 hex digits, fresh per decision. */
  readonly decisionKey: Digest;
  readonly testKey: boolean;
  /** What authentication yielded. */
  readonly principal: Principal;
  readonly detected: readonly DetectedLabel[];
  readonly fields: RequestFields;
  readonly lineage?: Lineage;
}

/** The request that a decision reads: the document with what the door stamps on it. Sizes are raised, never lowered. */
export function stampRequest(document: RequestDocument, stamp: Stamp): Request {
  const { now, decisionKey, testKey, principal, detected, fields, lineage } = stamp;
  return {
    document,
    now,
    decisionKey,
    testKey,
    principal,
    ...(principal.traits === undefined ? {} : { traits: principal.traits }),
    detected,
    size: stampedSize(document),
    fields,
    ...(lineage === undefined ? {} : { lineage }),
  };
}
