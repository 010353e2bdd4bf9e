import { CaioError, MICRO } from "@caio/core";
import { localities, type DataRetention, type Guarantee, type Locality, type ServiceContract } from "@caio/contracts";

import { encryptionLevel, type EncryptionLevel } from "./encryption.ts";

/**
 * One attempt: a call of one service under an enforced timeout, and what is promised of it (calculus §7).
 *
 * A promise named in `conditional` holds of every call that is answered within its timeout, given that it was made: also of
 * a second attempt, or of a call made because another service failed. Any other promise holds on average over calls.
 */
export interface Leaf {
  readonly kind: "leaf";
  readonly serviceId: string;
  readonly promises: readonly Guarantee[];
  /** Names of the properties that are promised per answered call. */
  readonly conditional: readonly string[];
  /** Enforced per attempt, microseconds, above 0. */
  readonly timeoutUs: number;
  /** Worst case of one attempt in the policy's currency; null if the contract is silent. */
  readonly costMicros: number | null;
  readonly deterministic: boolean;
  /** Services with the same name here are declared to give the same output for the same input. */
  readonly equivalence: string | null;
  readonly encryption: EncryptionLevel;
  /** Sorted. */
  readonly compliance: readonly string[];
  readonly locality: Locality;
  readonly retention: DataRetention;
  /** 0 … 10 */
  readonly requiredTrust: number;
}

/** What a contract does not say about an attempt. */
export interface AttemptTerms {
  readonly timeoutUs: number;
  readonly costMicros: number | null;
  readonly conditional?: readonly string[];
  readonly equivalence?: string | null;
}

/**
 * The attempt that a contract's pair promises. What is unsaid counts as worst: external, indefinite, no encryption.
 *
 * @param model - id of a listed model, or null
 */
export function leafOf(contract: ServiceContract, model: string | null, terms: AttemptTerms): Leaf {
  const listed = contract.models.find(({ id }) => id === model);
  const promises = listed?.guarantees ?? contract.guarantees;
  return checkLeaf({
    kind: "leaf",
    serviceId: contract.serviceId,
    promises,
    conditional: [...new Set(terms.conditional ?? [])].sort(),
    timeoutUs: terms.timeoutUs,
    costMicros: terms.costMicros,
    deterministic: promises.some(isDeterminism),
    equivalence: terms.equivalence ?? null,
    encryption: encryptionLevel(contract.privacy),
    compliance: contract.privacy.compliance,
    locality: contract.privacy.dataLocality ?? "external",
    retention: contract.privacy.dataRetention ?? "indefinite",
    requiredTrust: contract.access.requiredTrustLevel,
  });
}

/** The leaf, if its numbers are in range. @throws CaioError `InvalidPlan` otherwise. */
export function checkLeaf(leaf: Leaf): Leaf {
  const { serviceId, timeoutUs, costMicros, requiredTrust } = leaf;
  if (!Number.isSafeInteger(timeoutUs) || timeoutUs <= 0) {
    throw refuse(serviceId, "timeoutUs", String(timeoutUs), "microseconds above 0: every attempt needs a timeout");
  }
  if (costMicros !== null && (!Number.isSafeInteger(costMicros) || costMicros < 0)) {
    throw refuse(serviceId, "costMicros", String(costMicros), "micro-units of at least 0, or null for silent");
  }
  if (!Number.isSafeInteger(requiredTrust)) {
    throw refuse(serviceId, "requiredTrust", String(requiredTrust), "an integer from 0 to 10");
  }
  if (!localities.includes(leaf.locality)) {
    throw refuse(serviceId, "locality", leaf.locality, `one of ${localities.join(", ")}`);
  }
  return leaf;
}

/** Wholly, always and without a seed that the plan would have to hand on. */
function isDeterminism({ property, coveragePpm, bound }: Guarantee): boolean {
  const least = "minMicros" in bound ? (bound.minMicros ?? 0) : 0;
  return property === "deterministic_output" && coveragePpm === MICRO && least >= MICRO;
}

function refuse(serviceId: string, field: string, found: string, expected: string): CaioError<"InvalidPlan"> {
  return new CaioError("InvalidPlan", `Attempt of ${serviceId}: ${field} is ${found}, expected ${expected}.`, {
    details: { service: serviceId, field, found, expected },
  });
}
