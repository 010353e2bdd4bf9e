import type { RequestSize } from "../request.ts";
import type { ServiceContract } from "../service-contract.ts";
import { refinesCapability } from "./capability-refinement.ts";
import { isWithinLocality } from "./constraint-failures.ts";
import { candidateModels, effectiveContract, type EffectiveContract } from "./effective-contract.ts";
import { refinesGuarantee } from "./guarantee-refinement.ts";

/**
 * C ⊑ C′ between contracts: wherever `weaker` satisfies requirements, `stronger` does too, with the same model. So a service
 * may be replaced by one that refines it. A preorder. Requirements that name services by id are left aside, as is what was
 * measured (calculus §2: A_C′ ⊆ A_C and G_C ⊆ G_C′).
 *
 * @example
 * ```ts
 * import { refines, type ServiceContract } from "@caio/contracts";
 *
 * declare const next: ServiceContract;
 * declare const current: ServiceContract;
 * refines(next, current); // true if nothing that `current` promises is lost
 * ```
 */
export function refines(stronger: ServiceContract, weaker: ServiceContract): boolean {
  return (
    refinesConstraints(stronger, weaker) &&
    candidateModels(weaker).every((model) => {
      const old = effectiveContract(weaker, model);
      const next = effectiveContract(stronger, model);
      return old !== undefined && next !== undefined && refinesTerms(next, old) && acceptsTokens(stronger, next, weaker, old);
    })
  );
}

function refinesTerms(next: EffectiveContract, old: EffectiveContract): boolean {
  return (
    old.capabilities.every((wanted) => next.capabilities.some((given) => refinesCapability(given, wanted))) &&
    old.guarantees.every((wanted) => next.guarantees.some((given) => refinesGuarantee(given, wanted)))
  );
}

function refinesConstraints(stronger: ServiceContract, weaker: ServiceContract): boolean {
  const { privacy: next, constraints: nextLimits } = stronger;
  const { privacy: old, constraints: oldLimits } = weaker;
  const regions = next.regions ?? [];
  const inRegions = (old.regions ?? []).length === 0 || (regions.length > 0 && regions.every((region) => old.regions?.includes(region)));
  const sameGpu = oldLimits.requiresGpu === undefined || nextLimits.requiresGpu === oldLimits.requiresGpu;
  const sameInternet = oldLimits.requiresInternet === undefined || nextLimits.requiresInternet === oldLimits.requiresInternet;
  const accepted = nextLimits.mediaTypes;
  const media = accepted === undefined || (oldLimits.mediaTypes?.every((type) => accepted.includes(type)) ?? false);
  return (
    (old.dataLocality === undefined || isWithinLocality(next.dataLocality, old.dataLocality)) &&
    inRegions &&
    sameGpu &&
    sameInternet &&
    media &&
    (nextLimits.maxBytes ?? Infinity) >= (oldLimits.maxBytes ?? Infinity)
  );
}

/**
 * Whatever fits the old limit fits the new one. The model's own output limit counts as tokens where a request says none, so
 * a larger one needs as much more room.
 */
function acceptsTokens(
  stronger: ServiceContract,
  next: EffectiveContract,
  weaker: ServiceContract,
  old: EffectiveContract,
): boolean {
  const nextLimit = next.contextTokens ?? stronger.constraints.contextLength?.maxTokens;
  if (nextLimit === undefined) return true;
  const oldLimit = old.contextTokens ?? weaker.constraints.contextLength?.maxTokens;
  return oldLimit !== undefined && oldLimit + moreOutput(next.maxOutputTokens, old.maxOutputTokens) <= nextLimit;
}

function moreOutput(next: RequestSize["maxOutputTokens"], old: RequestSize["maxOutputTokens"]): number {
  if (next === undefined) return old === undefined ? 0 : Infinity;
  return Math.max(0, next - (old ?? 0));
}
