import type { Candidate } from "@caio/contracts";
import type { PolicySet } from "@caio/rules";
import type { SecurityVerdict } from "@caio/security";
import type { CertifiedAdmission } from "@caio/traceability";

import type { EffectiveLimits } from "../effective-limits.ts";
import type { DecisionFields } from "./fields.ts";
import type { Domain } from "./matching.ts";
import { scoreFrame, scoreService, scoreTerms, type Admissible } from "./score.ts";

/** An admissible pair with its score and the verdict that says so. */
export type Admitted = Admissible & {
  readonly security: SecurityVerdict;
  readonly score: number;
  readonly verdict: CertifiedAdmission;
};

/** Scores every pair that stands (calculus §6), in the order given. */
export function admit(
  pairs: readonly (Admissible & { readonly security: SecurityVerdict })[],
  fields: DecisionFields,
  policy: PolicySet,
  limits: EffectiveLimits,
): readonly Admitted[] {
  const frame = scoreFrame(pairs, fields, policy, limits);
  return pairs.map((pair) => {
    const terms = scoreTerms(pair, frame);
    const score = scoreService(terms, pair.preferMicros, policy.weights);
    const { service, model, preferMicros, residuals } = pair;
    return { ...pair, score, verdict: { service, model, step: 0, terms, prefer: preferMicros, score, residuals } };
  });
}

/** The verdicts in the order of the domain's pairs. */
export function inDomainOrder<T extends Candidate>(domain: Domain, verdicts: readonly T[]): readonly T[] {
  const place = new Map(domain.pairs.map((pair, index) => [placeKey(pair), index]));
  return [...verdicts].sort((a, b) => (place.get(placeKey(a)) ?? 0) - (place.get(placeKey(b)) ?? 0));
}

/** Ids hold no space. */
function placeKey({ service, model }: Candidate): string {
  return `${service} ${model ?? ""}`;
}
