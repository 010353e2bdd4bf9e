import { CaioError, canonicalJson } from "@caio/core";
import type { RegistryView, ServiceEntry } from "@caio/registry";
import { policyDigest, type PolicySet } from "@caio/rules";
import { signEnvelope, STATEMENT_PAYLOAD_TYPE, type BundleLog, type Certificate, type DecisionOpening, type SigningKey } from "@caio/traceability";

import { requireLogged, requireSame } from "./bundle-coherence.ts";
import { decisionStatement } from "./decision-statement.ts";
import { openedValues } from "./opening.ts";

/** A decision as the stores have it, at any time after it was made. */
export interface StoredDecision {
  readonly certificate: Certificate;
  /** Of the certificate's tenant and epoch. */
  readonly view: RegistryView;
  readonly base: PolicySet;
  /** At least those that the request names. */
  readonly named: Readonly<Record<string, PolicySet>>;
  /** Undefined if it was erased: the bundle then discloses nothing, and its checks say what they could not see. */
  readonly opening: DecisionOpening | undefined;
  readonly log: BundleLog;
}

/**
 * `createBundle` for a decision that is no longer at hand: the same bytes, as long as nothing was erased.
 *
 * @throws CaioError `IntegrityViolation` if the parts are not of one decision; else as `createBundle`
 */
export function createStoredBundle(stored: StoredDecision, key: SigningKey): string {
  const { certificate, view, base, opening, log } = stored;
  requireSame("registry", view.root, certificate.inputs.registry.root);
  requireSame("policy", policyDigest(base), certificate.inputs.policy.base);
  requireLogged(certificate, log);
  const disclosed = opening === undefined ? {} : openedValues(opening, certificate);
  const names = disclosed["policies"]?.value;
  const policies = [base, ...(Array.isArray(names) ? namedPolicies(names.map(String), stored) : [])];
  const statement = decisionStatement({ certificate, services: domainOf(certificate, view), policies, disclosed, log });
  return canonicalJson(signEnvelope(STATEMENT_PAYLOAD_TYPE, Buffer.from(canonicalJson(statement)), [key]));
}

/** Every service of the domain has a pair, and every pair a verdict. */
function domainOf({ verdicts }: Certificate, view: RegistryView): readonly ServiceEntry[] {
  return [...new Set(verdicts.map(({ service }) => service))].map((service) => {
    const entry = view.service(service);
    if (entry === undefined) throw new CaioError("IntegrityViolation", `The registry of that time has no service ${service}.`, { details: { service } });
    return entry;
  });
}

function namedPolicies(names: readonly string[], { named, certificate }: StoredDecision): readonly PolicySet[] {
  return [...new Set(names)].sort().flatMap((id) => {
    const expected = certificate.inputs.policy.named[id];
    if (expected === undefined) return [];
    const policy = named[id];
    requireSame(`policy ${id}`, policy === undefined ? null : policyDigest(policy), expected);
    return policy === undefined ? [] : [policy];
  });
}
