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
}

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
  const failures: MatchingFailure[] = [];
  for (const failure of matchingFailures(offer, demand)) {
    failures.push(failure);
    if (options.all !== true) break;
  }
  const [first, ...rest] = failures;
  return first === undefined ? { satisfied: true } : { satisfied: false, failures: [first, ...rest] };
}

function* matchingFailures(offer: MatchingOffer, demand: MatchingDemand): Generator<MatchingFailure> {
  const { contract, model, measured = [] } = offer;
  const effective = effectiveContract(contract, model);
  if (effective === undefined) {
    const offered = contract.models.map((candidate) => candidate.id);
    yield { clause: "capabilities", path: "model", found: offered, expected: model };
    return;
  }
  yield* capabilityFailures(effective, demand.requirements);
  yield* guaranteeFailures(effective, measured, demand.requirements);
  yield* constraintFailures(contract, model, demand.requirements.constraints);
  yield* assumptionFailures(contract, effective, demand.size, demand.mediaType);
}

function* capabilityFailures(effective: EffectiveContract, required: Requirements): Generator<MatchingFailure> {
  for (const [index, group] of required.capabilities.entries()) {
    if (meetsGroup(effective.capabilities, group)) continue;
    const types = [...new Set(effective.capabilities.map((capability) => capability.type))];
    yield { clause: "capabilities", path: `capabilities[${String(index)}]`, found: types, expected: toWire(group) };
  }
}

function* guaranteeFailures(
  effective: EffectiveContract,
  measured: readonly Guarantee[],
  required: Requirements,
): Generator<MatchingFailure> {
  for (const [index, guarantee] of required.guarantees.entries()) {
    if (meetsGuarantee(effective.guarantees, measured, guarantee)) continue;
    const offered = [...effective.guarantees, ...measured].filter((item) => item.property === guarantee.property);
    yield { clause: "guarantees", path: `guarantees[${String(index)}]`, found: toWire(offered), expected: toWire(guarantee) };
  }
}
