import type { ServiceContract } from "@caio/contracts";

import { isWithinAccess } from "./access-control.ts";
import { verifyAuthentication } from "./authentication.ts";
import { authorizes } from "./authorization.ts";
import type { SecurityClause, SecurityVerdict } from "./evidence.ts";
import { privacyBasis, sensitiveLabels } from "./privacy.ts";
import { verifySecurity, type SecurityConfig, type SecurityQuestion } from "./security.ts";
import { isTrusted } from "./trust.ts";

/**
 * Step 3 for the candidates of one decision: what is the same for all of them is worked out once, and evidence is made only of those
 * contracts for which it is asked.
 *
 * @example
 * ```ts
 * import type { ServiceContract } from "@caio/contracts";
 * import { SecurityTest, type SecurityConfig, type SecurityQuestion } from "@caio/security";
 *
 * function secure(contracts: readonly ServiceContract[], question: SecurityQuestion, config: SecurityConfig): readonly ServiceContract[] {
 *   const test = new SecurityTest(question, config);
 *   return contracts.filter((contract) => test.failedClause(contract) === null);
 * }
 * ```
 */
export class SecurityTest {
  readonly #question: SecurityQuestion;
  readonly #config: SecurityConfig;
  readonly #authenticated: boolean;
  readonly #held: ReadonlySet<string>;
  readonly #sensitive: readonly string[];

  constructor(question: SecurityQuestion, config: SecurityConfig) {
    const { principal, now, labels } = question;
    this.#question = question;
    this.#config = config;
    this.#authenticated = verifyAuthentication(principal, now, config).holds;
    this.#held = new Set(principal.permissions);
    this.#sensitive = sensitiveLabels(labels, config.privacy);
  }

  /** The clause that `verdict` would call failed; null: the contract passes. */
  failedClause(contract: ServiceContract): SecurityClause | null {
    const { principal, requestRoute } = this.#question;
    if (!this.#authenticated) return "authentication";
    if (!authorizes(contract.access, this.#held)) return "authorization";
    if (privacyBasis(this.#sensitive, contract, this.#config.privacy) === "none") return "privacy";
    if (!isTrusted(principal.trust, contract.access.requiredTrustLevel)) return "trust";
    return isWithinAccess(principal, contract, requestRoute) ? null : "access";
  }

  /** All five predicates with what each found. */
  verdict(contract: ServiceContract): SecurityVerdict {
    return verifySecurity(this.#question, contract, this.#config);
  }
}
