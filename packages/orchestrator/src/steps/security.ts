import { toWireObject, type Request } from "@caio/contracts";
import type { PolicySet } from "@caio/rules";
import { defaultAlgorithms, verifySecurity, type SecurityVerdict } from "@caio/security";

import { sieve, type Pair, type Sieved } from "../pair.ts";

/** Step 3: the pairs for which all five security predicates hold, each with its evidence (calculus §4). */
export function verifySecure<T extends Pair>(
  pairs: readonly T[],
  request: Request,
  labels: readonly string[],
  policy: PolicySet,
): Sieved<T & { readonly security: SecurityVerdict }> {
  const question = {
    principal: request.principal,
    now: request.now,
    labels,
    requestRoute: request.document.requirements.constraints.route,
  };
  const config = { algorithms: defaultAlgorithms, privacy: policy.privacy };
  return sieve(3, pairs, (pair) => {
    const security = verifySecurity(question, pair.entry.contract, config);
    if (security.failed === null) return { pass: { ...pair, security } };
    const evidence = security.evidence.find(({ clause }) => clause === security.failed) ?? {};
    return { fall: { clause: security.failed, evidence: toWireObject(evidence) } };
  });
}
