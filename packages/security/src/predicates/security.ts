import type { Principal, Route, ServiceContract } from "@caio/contracts";

import { verifyAccessControl } from "./access-control.ts";
import { verifyAuthentication } from "./authentication.ts";
import { verifyAuthorization } from "./authorization.ts";
import type { SecurityVerdict } from "./evidence.ts";
import type { PrivacyPolicy } from "./privacy-policy.ts";
import { verifyPrivacy } from "./privacy.ts";
import { verifyTrust } from "./trust.ts";

/** What step 3 asks of a request: the same for every candidate of a decision. */
export interface SecurityQuestion {
  readonly principal: Principal;
  /** Milliseconds. */
  readonly now: number;
  /** Declared ∪ detected; see `unionLabels`. */
  readonly labels: readonly string[];
  /** `requirements.constraints.route` */
  readonly requestRoute: "any" | Route;
}

/** What the operator decides. */
export interface SecurityConfig {
  /** Algorithms that a token may have been signed with. */
  readonly algorithms: readonly string[];
  readonly privacy: PrivacyPolicy;
}

/**
 * Step 3 for one contract (calculus §1, §4): all five predicates are evaluated, and the first that fails is named.
 *
 * @example
 * ```ts
 * import type { Principal, ServiceContract } from "@caio/contracts";
 * import { defaultAlgorithms, verifySecurity } from "@caio/security";
 *
 * function judge(principal: Principal, contract: ServiceContract, now: number): string {
 *   const verdict = verifySecurity({ principal, now, labels: ["personal"], requestRoute: "any" }, contract, {
 *     algorithms: defaultAlgorithms,
 *     privacy: { mode: "strict", sensitive: ["personal"], allowedLabels: {} },
 *   });
 *   return verdict.failed ?? "secure";
 * }
 * ```
 */
export function verifySecurity(
  question: SecurityQuestion,
  contract: ServiceContract,
  config: SecurityConfig,
): SecurityVerdict {
  const { principal, now, labels, requestRoute } = question;
  const evidence = [
    verifyAuthentication(principal, now, config),
    verifyAuthorization(principal, contract),
    verifyPrivacy(labels, contract, config.privacy),
    verifyTrust(principal, contract),
    verifyAccessControl(principal, contract, requestRoute),
  ] as const;
  const failed = evidence.find((claim) => !claim.holds)?.clause ?? null;
  return { holds: failed === null, failed, evidence };
}
