import type { Request, ServiceContract } from "@caio/contracts";

import { unionLabels } from "../sensitivity/union-labels.ts";
import type { SecurityVerdict } from "./evidence.ts";
import { verifySecurity, type SecurityConfig, type SecurityQuestion } from "./security.ts";

/** `verifySecurity` with the operator's configuration bound. Holds no state and decides nothing by itself. */
export class SecurityVerifier {
  readonly #config: SecurityConfig;

  constructor(config: SecurityConfig) {
    this.#config = config;
  }

  /** The five predicates for one contract. */
  verify(question: SecurityQuestion, contract: ServiceContract): SecurityVerdict {
    return verifySecurity(question, contract, this.#config);
  }

  /** The verdict of each contract for one stamped request, in the order given. */
  verifyAll(request: Request, contracts: readonly ServiceContract[]): readonly SecurityVerdict[] {
    const question = questionOf(request);
    return contracts.map((contract) => this.verify(question, contract));
  }
}

/** What step 3 reads of a stamped request. */
export function questionOf(request: Request): SecurityQuestion {
  return {
    principal: request.principal,
    now: request.now,
    labels: unionLabels(request.document.data.labels, request.detected),
    requestRoute: request.document.requirements.constraints.route,
  };
}
