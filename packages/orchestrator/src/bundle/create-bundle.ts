import { canonicalJson } from "@caio/core";
import type { Request } from "@caio/contracts";
import { signEnvelope, STATEMENT_PAYLOAD_TYPE, type BundleLog, type DecisionStatement, type SigningKey } from "@caio/traceability";

import type { RoutingDecision } from "../decision.ts";
import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import { requireOneDecision } from "./bundle-coherence.ts";
import { decisionStatement } from "./decision-statement.ts";
import { discloseValues, type Disclosure } from "./disclosure.ts";

/** What a bundle is made from. A world file gives the first three again, at any later time. */
export interface BundleParts {
  readonly request: Request;
  readonly inputs: DecisionInputs;
  readonly decision: RoutingDecision;
  /** As `readBundleLog` reads it. */
  readonly log: BundleLog;
  readonly disclose?: Disclosure;
}

/**
 * A decision as one file that can be checked offline: canonical JSON of a signed envelope (certificate §2). Equal parts and
 * key give equal bytes. What is disclosed is signed with the rest, so to withhold a field later a new bundle is made, from the
 * same parts and with other `disclose`; it proves as much but for that field.
 *
 * @example
 * ```ts
 * import { createBundle, type DecidedRequest } from "@caio/orchestrator";
 * import { generateSigningKey, readBundleLog, type TraceabilitySystem } from "@caio/traceability";
 *
 * declare const decided: DecidedRequest;
 * declare const traces: TraceabilitySystem;
 * declare const checkpoint: { note: string; size: number };
 *
 * const { inputs } = decided.decision.certificate;
 * const decisionIndex = (await traces.trace(decided.decision.decisionId))?.logIndex ?? 0;
 * const log = await readBundleLog(traces, { decisionIndex, inputs, checkpoint });
 * const text = createBundle({ ...decided, log, disclose: { withhold: ["principal.region"] } }, generateSigningKey());
 * ```
 *
 * @throws CaioError `IntegrityViolation` if the parts are not of one decision, `NotFound` for an unknown path, `NotCanonical`
 *   for a number with a fraction, which no bundle can hold, `NumberOutOfRange` for a time past the year 9999.
 */
export function createBundle(parts: BundleParts, key: SigningKey): string {
  const payload = Buffer.from(canonicalJson(createStatement(parts)));
  return canonicalJson(signEnvelope(STATEMENT_PAYLOAD_TYPE, payload, [key]));
}

/** What a bundle states, before it is signed. @throws CaioError as `createBundle` */
export function createStatement(parts: BundleParts): DecisionStatement {
  requireOneDecision(parts);
  const { request, inputs, decision, log, disclose } = parts;
  const { services } = inputs.registry.view.domain(request.document.requirements);
  const { base, named } = inputs.policy.snapshot;
  const policies = [base, ...namedBy(request, named)];
  return decisionStatement({ certificate: decision.certificate, services, policies, disclosed: discloseValues(request, disclose), log });
}

function namedBy<T>({ document }: Request, named: Readonly<Record<string, T>>): T[] {
  return [...new Set(document.policies)].sort().flatMap((id) => (Object.hasOwn(named, id) ? (named[id] ?? []) : []));
}
