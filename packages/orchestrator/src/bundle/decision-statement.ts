import { CaioError, type JsonValue } from "@caio/core";
import type { ServiceEntry } from "@caio/registry";
import { policyToWire, type PolicySet } from "@caio/rules";
import { DECISION_PREDICATE_TYPE, sealCertificate, STATEMENT_TYPE, type BundleLog, type Certificate, type DecisionStatement, type DisclosedValue } from "@caio/traceability";

export const ROUTER_ID = "urn:caio:router";
/** The first millisecond that RFC 3339 cannot write. */
const YEAR_10000 = 253_402_300_800_000;

/** What a statement says; that it is of one decision is for the caller to know. */
export interface Stated {
  readonly certificate: Certificate;
  /** Of the decision's domain, sorted by id. */
  readonly services: readonly ServiceEntry[];
  /** The base, then those that the request names, by id. */
  readonly policies: readonly PolicySet[];
  readonly disclosed: Readonly<Record<string, DisclosedValue>>;
  readonly log: BundleLog;
}

/** The in-toto statement of a decision (certificate §2). @throws CaioError `NotCanonical`, `NumberOutOfRange` as `createBundle` */
export function decisionStatement({ certificate, services, policies, disclosed, log }: Stated): DecisionStatement {
  const contracts = services.map(({ wire }) => wire);
  // Everything else is integers by its types.
  requireIntegers(contracts, "/predicate/contracts");
  for (const [path, { value }] of Object.entries(disclosed)) requireIntegers(value, `/predicate/disclosed/${path}/value`);
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: certificate.decisionId, digest: { sha256: sealCertificate(certificate).digest } }],
    predicateType: DECISION_PREDICATE_TYPE,
    predicate: {
      verifier: { id: ROUTER_ID },
      timeCreated: timeText(certificate.now),
      certificate,
      contracts,
      encodings: services.map(({ contract, encoderId, encoding }) => ({ service: contract.serviceId, encoderId, ints: encoding })),
      policies: policies.map((policy) => policyToWire(policy)),
      disclosed,
      log,
    },
  };
}

/** RFC 3339 with milliseconds, UTC. @throws CaioError `NumberOutOfRange` past the year 9999 */
export function timeText(now: number): string {
  if (now >= 0 && now < YEAR_10000) return new Date(now).toISOString();
  throw new CaioError("NumberOutOfRange", `Found time ${String(now)}, expected milliseconds up to the year 9999.`);
}

/** Readers of bundles know integers alone: two of them could write a fraction in two ways. @throws CaioError `NotCanonical` */
export function requireIntegers(value: JsonValue, path: string): void {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    const message = `At ${path}: found a number that is no safe integer, which no bundle can hold. Write it as text, or withhold the field.`;
    throw new CaioError("NotCanonical", message, { details: { path } });
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) requireIntegers(member, `${path}/${key}`);
}
