import { toWireObject, type Request } from "@caio/contracts";
import type { PolicySet } from "@caio/rules";
import { defaultAlgorithms, SecurityTest } from "@caio/security";

import { sieve, type Sieved, type Standing } from "../pair.ts";

/** What step 3 asks: the same for every pair. */
export function askSecurity(request: Request, labels: readonly string[], policy: PolicySet): SecurityTest {
  const question = {
    principal: request.principal,
    now: request.now,
    labels,
    requestRoute: request.document.requirements.constraints.route,
  };
  return new SecurityTest(question, { algorithms: defaultAlgorithms, privacy: policy.privacy });
}

/** Step 3: the pairs for which all five security predicates hold (calculus §4). */
export function verifySecure<T extends Standing>(standing: readonly T[], test: SecurityTest): Sieved<T> {
  return sieve<T, T>(3, standing, (item) => {
    const { contract } = item.pair.entry;
    const failed = test.failedClause(contract);
    if (failed === null) return item;
    const evidence = test.verdict(contract).evidence.find(({ clause }) => clause === failed) ?? {};
    return { clause: failed, evidence: toWireObject(evidence) };
  });
}
