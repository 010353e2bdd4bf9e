import type { Candidate } from "@caio/contracts";
import type { PolicySet } from "@caio/rules";
import type { CertifiedAdmission } from "@caio/traceability";

import type { Verdict } from "../decision.ts";
import type { EffectiveLimits } from "../effective-limits.ts";
import type { Placed } from "../pair.ts";
import type { DecisionFields } from "./fields.ts";
import type { Admissible } from "./limits.ts";
import type { Domain } from "./matching.ts";
import { scoreFrame, scoreService, scoreTerms } from "./score.ts";

/** An admissible pair with its score and the verdict that says so. */
export interface Admitted extends Admissible, Candidate, Placed<CertifiedAdmission> {
  readonly score: number;
}

/** Scores every pair that stands (calculus §6), in the order given. */
export function admit(standing: readonly Admissible[], fields: DecisionFields, policy: PolicySet, limits: EffectiveLimits): readonly Admitted[] {
  const frame = scoreFrame(standing, fields, policy, limits);
  return standing.map((admissible) => {
    const { pair, preferMicros, measures } = admissible;
    const { place, service, model } = pair;
    const terms = scoreTerms(admissible, frame);
    const score = scoreService(terms, preferMicros, policy.weights);
    const verdict = { service, model, step: 0, terms, prefer: preferMicros, score, residuals: measures.residuals } as const;
    return { pair, preferMicros, measures, place, service, model, score, verdict };
  });
}

/** The verdicts in the order of the domain's pairs: one for each. */
export function inDomainOrder({ pairs }: Domain, placed: readonly Placed<Verdict>[]): readonly Verdict[] {
  const verdicts = new Array<Verdict>(pairs.length);
  for (const { place, verdict } of placed) verdicts[place] = verdict;
  return verdicts;
}
