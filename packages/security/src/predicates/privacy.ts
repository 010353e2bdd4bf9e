import type { Privacy, ServiceContract } from "@caio/contracts";

import type { PrivacyClaim } from "./evidence.ts";
import type { PrivacyPolicy } from "./privacy-policy.ts";

/**
 * PrivacyPreserved(data, s) (calculus §4): no label is sensitive, or the data stays (on_device, local), or the service's
 * encryption is what the policy's mode asks, or the policy lets this service see every sensitive label.
 * What the contract does not say counts against it.
 *
 * @param labels - declared ∪ detected; see `unionLabels`
 *
 * @example
 * ```ts
 * import type { ServiceContract } from "@caio/contracts";
 * import { verifyPrivacy } from "@caio/security";
 *
 * function maySee(contract: ServiceContract): boolean {
 *   return verifyPrivacy(["personal"], contract, { mode: "strict", sensitive: ["personal"], allowedLabels: {} }).holds;
 * }
 * ```
 */
export function verifyPrivacy(
  labels: readonly string[],
  contract: Pick<ServiceContract, "serviceId" | "privacy">,
  policy: PrivacyPolicy,
): PrivacyClaim {
  const sensitive = sensitiveLabels(labels, policy);
  const basis = privacyBasis(sensitive, contract, policy);
  const { dataLocality, encryption, encryptionType } = contract.privacy;
  return {
    clause: "privacy",
    holds: basis !== "none",
    basis,
    mode: policy.mode,
    sensitive,
    ...(dataLocality === undefined ? {} : { locality: dataLocality }),
    ...(encryption === undefined ? {} : { encryption }),
    ...(encryptionType === undefined ? {} : { encryptionType }),
  };
}

/** Those of the labels that the policy calls sensitive, sorted, each once. */
export function sensitiveLabels(labels: readonly string[], policy: PrivacyPolicy): readonly string[] {
  return [...new Set(labels.filter((label) => policy.sensitive.includes(label)))].sort();
}

/** The first reason of calculus §4 for which privacy is kept. @param sensitive - from `sensitiveLabels` */
export function privacyBasis(
  sensitive: readonly string[],
  contract: Pick<ServiceContract, "serviceId" | "privacy">,
  policy: PrivacyPolicy,
): PrivacyClaim["basis"] {
  if (sensitive.length === 0) return "not_sensitive";
  const { dataLocality } = contract.privacy;
  if (dataLocality === "on_device" || dataLocality === "local") return "locality";
  if (isEncrypted(contract.privacy, policy.mode)) return "encryption";
  const allowed = allowedFor(contract.serviceId, policy);
  return sensitive.every((label) => allowed.includes(label)) ? "allowed_labels" : "none";
}

/** A type alone is no encryption: it counts only where `encryption` is true. */
function isEncrypted(privacy: Privacy, mode: PrivacyPolicy["mode"]): boolean {
  if (privacy.encryption !== true) return false;
  return mode === "encrypted" || privacy.encryptionType === "end_to_end";
}

/** Own keys only: `constructor` is a lawful service id. */
function allowedFor(serviceId: string, policy: PrivacyPolicy): readonly string[] {
  return Object.hasOwn(policy.allowedLabels, serviceId) ? (policy.allowedLabels[serviceId] ?? []) : [];
}
