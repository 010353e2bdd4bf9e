import { CaioError } from "@caio/core";
import { sealCertificate, type BundleEntry, type BundleLog, type Certificate } from "@caio/traceability";

import { commitToRequest } from "../commitment.ts";
import { identityOf } from "../identity.ts";
import type { BundleParts } from "./create-bundle.ts";

/**
 * Refuses parts of different decisions: nothing is signed that no verifier would accept.
 *
 * @throws CaioError `IntegrityViolation`
 */
export function requireOneDecision({ request, inputs, decision, log }: BundleParts): void {
  const { certificate } = decision;
  requireSame("decision id", identityOf(request.decisionKey).decisionId, decision.decisionId);
  requireSame("request", commitToRequest(request).digest, certificate.request.digest);
  requireSame("registry", inputs.registry.view.root, certificate.inputs.registry.root);
  requireSame("policy", inputs.policy.snapshot.digest, certificate.inputs.policy.digest);
  requireSame("history", inputs.history.snapshot.root, certificate.inputs.history.root);
  requireLogged(certificate, log);
}

/** Refuses a log that is not that of the certificate. @throws CaioError `IntegrityViolation` */
export function requireLogged(certificate: Certificate, log: BundleLog): void {
  const { entry, index } = log.entries.decision;
  requireSame("logged certificate", entry.kind === "decision" ? entry.body.certificate : entry.kind, sealCertificate(certificate).digest);
  const { registry, policy, history } = certificate.inputs;
  const inputs = { registry: { ...registry, digest: registry.root }, policy, history: { ...history, digest: history.root } };
  for (const kind of ["registry", "policy", "history"] as const) {
    const logged = log.entries[kind];
    requireSame(`log index of the ${kind}`, logged?.index ?? null, inputs[kind].logIndex);
    if (logged !== null) requireVersion(kind, logged, inputs[kind].digest, index);
  }
}

function requireVersion(kind: string, { entry, index }: BundleEntry, digest: string, decisionIndex: number): void {
  requireSame(`kind of the entry of the ${kind}`, entry.kind, kind);
  requireSame(`logged ${kind}`, entry.kind === "decision" || entry.kind === "outcome" || entry.kind === "feedback" ? null : entry.body.digest, digest);
  requireSame(`${kind} logged before the decision`, index < decisionIndex, true);
}

/** @throws CaioError `IntegrityViolation` */
export function requireSame(what: string, found: string | number | boolean | null, expected: string | number | boolean | null): void {
  if (found === expected) return;
  const message = `Parts of a bundle, ${what}: found ${String(found)}, expected ${String(expected)}. Give the parts of one decision.`;
  throw new CaioError("IntegrityViolation", message, { details: { part: what, found, expected } });
}
