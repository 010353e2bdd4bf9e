import type { Guarantee } from "../guarantee.ts";
import type { RequestSize } from "../request.ts";
import type { Requirements } from "../requirements.ts";
import type { ServiceContract } from "../service-contract.ts";
import { toWire } from "../wire.ts";
import { assumptionFailures } from "./assumption-failures.ts";
import { meetsGroup } from "./capability-refinement.ts";
import { constraintFailures } from "./constraint-failures.ts";
import { effectiveContract, type EffectiveContract } from "./effective-contract.ts";
import { meetsGuarantee } from "./guarantee-refinement.ts";
import type { MatchingFailure } from "./matching-failure.ts";

/** One pair: a contract, one of its models or null, and what was measured of the pair. */
export interface MatchingOffer {
  readonly contract: ServiceContract;
  readonly model: string | null;
  /** Measured promises of the pair's leaf of H. */
  readonly measured?: readonly Guarantee[];
  /** The contract with the model's overrides, if it is at hand. */
  readonly effective?: EffectiveContract;
}

const NOTHING: readonly Guarantee[] = [];
const NO_FAILURES: readonly MatchingFailure[] = [];
const SATISFIED: MatchingResult = { satisfied: true };

/** Q(r) and what the request brings; `size` is what the door stamped. */
export interface MatchingDemand {
  readonly requirements: Requirements;
  readonly size: RequestSize;
  readonly mediaType?: string;
}

export type MatchingResult =
  | { readonly satisfied: true }
  | { readonly satisfied: false; readonly failures: readonly [MatchingFailure, ...MatchingFailure[]] };

/**
 * C(s,m) ⊨ Q(r): capabilities, guarantees, constraints, assumptions, in this order (calculus §2). The first failure, or all
 * on demand. Health and exclusion are not decided here; the route is judged by the access predicate (calculus §4).
 *
 * A model that the contract does not list satisfies nothing.
 *
 * @example
 * ```ts
 * import { satisfies, type Requirements, type ServiceContract } from "@caio/contracts";
 *
 * declare const contract: ServiceContract;
 * declare const requirements: Requirements;
 * const result = satisfies({ contract, model: null }, { requirements, size: {} });
 * if (!result.satisfied) result.failures[0].clause; // "capabilities"
 * ```
 */
export function satisfies(
  offer: MatchingOffer,
  demand: MatchingDemand,
  options: { readonly all?: boolean } = {},
): MatchingResult {
  const failures = matchingFailures(offer, demand, options.all === true);
  const [first] = failures;
  if (first === undefined) return SATISFIED;
  return { satisfied: false, failures: options.all === true ? [first, ...failures.slice(1)] : [first] };
}

/** The first failure, or all. Most pairs of a decision hold, so where nothing fails nothing is made. */
function matchingFailures(offer: MatchingOffer, demand: MatchingDemand, all: boolean): readonly MatchingFailure[] {
  const { contract, model, measured = NOTHING } = offer;
  const effective = offer.effective ?? effectiveContract(contract, model);
  if (effective === undefined) return [noSuchModel(contract, model)];
  const { requirements, size, mediaType } = demand;
  const capabilities = capabilityFailures(effective, requirements);
  if (capabilities.length > 0 && !all) return capabilities;
  const guarantees = guaranteeFailures(effective, measured, requirements);
  if (guarantees.length > 0 && !all) return guarantees;
  const constraints = constraintFailures(contract, model, requirements.constraints);
  if (constraints.length > 0 && !all) return constraints;
  const assumptions = assumptionFailures(contract, effective, size, mediaType);
  return all ? [...capabilities, ...guarantees, ...constraints, ...assumptions] : assumptions;
}

function noSuchModel(contract: ServiceContract, model: string | null): MatchingFailure {
  return { clause: "capabilities", path: "model", found: contract.models.map(({ id }) => id), expected: model };
}

function capabilityFailures({ capabilities }: EffectiveContract, required: Requirements): readonly MatchingFailure[] {
  if (required.capabilities.every((group) => meetsGroup(capabilities, group))) return NO_FAILURES;
  const types = [...new Set(capabilities.map(({ type }) => type))];
  return required.capabilities.flatMap((group, index) =>
    meetsGroup(capabilities, group) ? [] : [{ clause: "capabilities" as const, path: `capabilities[${String(index)}]`, found: types, expected: toWire(group) }],
  );
}

function guaranteeFailures(effective: EffectiveContract, measured: readonly Guarantee[], required: Requirements): readonly MatchingFailure[] {
  const meets = (guarantee: Guarantee): boolean => meetsGuarantee(effective.guarantees, measured, guarantee);
  if (required.guarantees.every(meets)) return NO_FAILURES;
  return required.guarantees.flatMap((guarantee, index) => {
    if (meets(guarantee)) return [];
    const offered = [...effective.guarantees, ...measured].filter(({ property }) => property === guarantee.property);
    return [{ clause: "guarantees" as const, path: `guarantees[${String(index)}]`, found: toWire(offered), expected: toWire(guarantee) }];
  });
}
