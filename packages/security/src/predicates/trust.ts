import type { Principal, ServiceContract } from "@caio/contracts";

import type { TrustClaim } from "./evidence.ts";

/** TrustLevelSufficient (calculus §4): the principal's trust (0 … 10) is at least what the contract requires. */
export function verifyTrust(
  principal: Pick<Principal, "trust">,
  contract: Pick<ServiceContract, "access">,
): TrustClaim {
  const required = contract.access.requiredTrustLevel;
  return { clause: "trust", holds: Number.isSafeInteger(principal.trust) && principal.trust >= required, required };
}
