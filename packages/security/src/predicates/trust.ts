import type { Principal, ServiceContract } from "@caio/contracts";

import type { TrustClaim } from "./evidence.ts";

/** TrustLevelSufficient (calculus §4): the principal's trust (0 … 10) is at least what the contract requires. */
export function verifyTrust(
  principal: Pick<Principal, "trust">,
  contract: Pick<ServiceContract, "access">,
): TrustClaim {
  const required = contract.access.requiredTrustLevel;
  return { clause: "trust", holds: isTrusted(principal.trust, required), required };
}

/** A trust that is no safe integer suffices for nothing. */
export function isTrusted(trust: number, required: number): boolean {
  return Number.isSafeInteger(trust) && trust >= required;
}
