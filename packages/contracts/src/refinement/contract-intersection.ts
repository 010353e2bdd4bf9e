import type { Capability } from "../capability.ts";
import type { Bound, Guarantee } from "../guarantee.ts";
import type { Requirements } from "../requirements.ts";
import { canonicalSet } from "../canonical-set.ts";
import { refinesCapability } from "./capability-refinement.ts";
import { boundInterval, meet } from "./interval.ts";

/** What a contract and requirements share: evidence, never a verdict (`satisfies` decides). */
export interface ContractIntersection {
  /** Required types and the offered types that refine them, parameters included. */
  readonly capabilities: readonly { readonly required: string; readonly offered: string }[];
  /** For each demanded property, what promise and demand have in common, at the promise's coverage. */
  readonly guarantees: readonly Guarantee[];
}

/**
 * C ∩ Q: shared capabilities modulo ⊑, and the intersections of the intervals of one property. For requirements that are
 * not empty, `satisfies` implies that it is not empty; the reverse does not hold (calculus §2).
 *
 * @param offer - a contract, or the effective contract of a pair
 */
export function contractIntersection(
  offer: { readonly capabilities: readonly Capability[]; readonly guarantees: readonly Guarantee[] },
  requirements: Requirements,
): ContractIntersection {
  const wanted = requirements.capabilities.flatMap((group) => group.anyOf);
  const capabilities = wanted.flatMap((required) =>
    offer.capabilities
      .filter((offered) => refinesCapability(offered, required))
      .map((offered) => ({ required: required.type, offered: offered.type })),
  );
  const guarantees = requirements.guarantees.flatMap((required) =>
    offer.guarantees.flatMap((offered): Guarantee[] => {
      if (offered.property !== required.property || offered.coveragePpm < required.coveragePpm) return [];
      const shared = meet(boundInterval(offered.bound), boundInterval(required.bound));
      return shared === undefined ? [] : [{ ...offered, bound: boundOf(shared, offered.bound) }];
    }),
  );
  return { capabilities: canonicalSet(capabilities), guarantees: canonicalSet(guarantees) };
}

function boundOf(shared: { readonly min?: number | undefined; readonly max?: number | undefined }, like: Bound): Bound {
  const { min, max } = shared;
  if ("minUs" in like || "maxUs" in like) {
    return { ...(min === undefined ? {} : { minUs: min }), ...(max === undefined ? {} : { maxUs: max }) };
  }
  return { ...(min === undefined ? {} : { minMicros: min }), ...(max === undefined ? {} : { maxMicros: max }) };
}
