import { CaioError, canonicalJson, type JsonValue } from "@caio/core";
import type { Request } from "@caio/contracts";
import { policyToWire } from "@caio/rules";
import {
  DECISION_PREDICATE_TYPE,
  signEnvelope,
  STATEMENT_PAYLOAD_TYPE,
  STATEMENT_TYPE,
  type BundleLog,
  type DecisionStatement,
  type SigningKey,
} from "@caio/traceability";

import type { RoutingDecision } from "../decision.ts";
import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import { requireOneDecision } from "./bundle-coherence.ts";
import { discloseValues, type Disclosure } from "./disclosure.ts";

const ROUTER_ID = "urn:caio:router";
/** The first millisecond that RFC 3339 cannot write. */
const YEAR_10000 = 253_402_300_800_000;

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
  const statement: DecisionStatement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: decision.decisionId, digest: { sha256: decision.certificateDigest } }],
    predicateType: DECISION_PREDICATE_TYPE,
    predicate: {
      verifier: { id: ROUTER_ID },
      timeCreated: timeText(decision.certificate.now),
      certificate: decision.certificate,
      contracts: services.map(({ wire }) => wire),
      encodings: services.map(({ contract, encoderId, encoding }) => ({ service: contract.serviceId, encoderId, ints: encoding })),
      policies: [base, ...namedBy(request, named)].map((policy) => policyToWire(policy)),
      disclosed: discloseValues(request, disclose),
      log,
    },
  };
  const { contracts, disclosed } = statement.predicate;
  // Everything else is integers by its types.
  requireIntegers(contracts, "/predicate/contracts");
  for (const [path, { value }] of Object.entries(disclosed)) requireIntegers(value, `/predicate/disclosed/${path}/value`);
  return statement;
}

function namedBy<T>({ document }: Request, named: Readonly<Record<string, T>>): T[] {
  return [...new Set(document.policies)].sort().flatMap((id) => (Object.hasOwn(named, id) ? (named[id] ?? []) : []));
}

function timeText(now: number): string {
  if (now >= 0 && now < YEAR_10000) return new Date(now).toISOString();
  throw new CaioError("NumberOutOfRange", `Found time ${String(now)}, expected milliseconds up to the year 9999.`);
}

/** Readers of bundles know integers alone: two of them could write a fraction in two ways. */
function requireIntegers(value: JsonValue, path: string): void {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    const message = `At ${path}: found a number that is no safe integer, which no bundle can hold. Write it as text, or withhold the field.`;
    throw new CaioError("NotCanonical", message, { details: { path } });
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) requireIntegers(member, `${path}/${key}`);
}
