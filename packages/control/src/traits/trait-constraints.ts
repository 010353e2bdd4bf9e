import type { Traits } from "@caio/contracts";
import { MICRO } from "@caio/core";

import { confidentialityOf, maturityOf, riskOf, type OutcomeCounts, type TraitContract } from "./contract-readings.ts";

/** Traits of a caller who has none: nothing is demanded and any risk is borne (calculus §5). */
export const neutralTraits: Traits = { conservativeMicros: 0, confidentialMicros: 0, riskMicros: MICRO };

/** The three readings of a pair and their residuals in micros; a residual is met if it is ≤ 0 (calculus §5). */
export interface TraitVerdict {
  readonly maturityMicros: number;
  readonly confidentialityMicros: number;
  readonly riskMicros: number;
  /** t_c − maturity */
  readonly conservativeResidual: number;
  /** t_p − confidentiality */
  readonly confidentialResidual: number;
  /** risk − t_r */
  readonly riskResidual: number;
  readonly satisfied: boolean;
}

/** A pair as the trait limits see it. */
export interface TraitCandidate {
  readonly contract: TraitContract;
  readonly counts: OutcomeCounts;
}

/**
 * The three trait limits of a pair (calculus §5), in integers.
 *
 * @param traits - absent: `neutralTraits`
 *
 * @example
 * ```ts
 * import { verifyTraitConstraints } from "@caio/control";
 *
 * const contract = { version: "1.0.0", privacy: { compliance: [] }, alignment: {} };
 * const traits = { conservativeMicros: 500_000, confidentialMicros: 0, riskMicros: 1_000_000 };
 * verifyTraitConstraints({ contract, counts: { outcomes: 0, violations: 0 } }, traits).conservativeResidual; // 100000
 * ```
 */
export function verifyTraitConstraints(candidate: TraitCandidate, traits: Traits = neutralTraits): TraitVerdict {
  const { contract, counts } = candidate;
  const maturityMicros = maturityOf(contract, counts);
  const confidentialityMicros = confidentialityOf(contract);
  const riskMicros = riskOf(contract, counts);
  const conservativeResidual = traits.conservativeMicros - maturityMicros;
  const confidentialResidual = traits.confidentialMicros - confidentialityMicros;
  const riskResidual = riskMicros - traits.riskMicros;
  return {
    maturityMicros,
    confidentialityMicros,
    riskMicros,
    conservativeResidual,
    confidentialResidual,
    riskResidual,
    satisfied: conservativeResidual <= 0 && confidentialResidual <= 0 && riskResidual <= 0,
  };
}

/** The candidates whose three residuals are all ≤ 0, in the order given. */
export function filterByTraitConstraints<Item extends TraitCandidate>(
  candidates: readonly Item[],
  traits: Traits = neutralTraits,
): Item[] {
  return candidates.filter((candidate) => verifyTraitConstraints(candidate, traits).satisfied);
}
