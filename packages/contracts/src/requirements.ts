import type { CapabilityGroup } from "./capability.ts";
import type { Guarantee } from "./guarantee.ts";
import type { EncryptionType, Locality, Route } from "./service-contract.ts";

/** What the caller asks of where and how the service runs. Absent or empty: not asked. */
export interface RequiredConstraints {
  readonly maxLocality?: Locality;
  /** The regions allowed. */
  readonly regions: readonly string[];
  readonly requiresGpu?: boolean;
  readonly requiresInternet?: boolean;
  readonly route: "any" | Route;
  readonly services: readonly string[];
  readonly models: readonly string[];
}

export interface RequiredPrivacy {
  readonly onDevice: boolean;
  readonly encryption?: "any" | EncryptionType;
  readonly compliance: readonly string[];
}

/** Q(r): what a request demands, in the vocabulary of a contract (calculus §2). */
export interface Requirements {
  /** All of these groups, in canonical order. */
  readonly capabilities: readonly CapabilityGroup[];
  readonly guarantees: readonly Guarantee[];
  readonly constraints: RequiredConstraints;
  readonly privacy: RequiredPrivacy;
}
