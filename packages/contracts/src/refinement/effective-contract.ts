import type { Capability } from "../capability.ts";
import type { Guarantee } from "../guarantee.ts";
import type { Cost, ServiceContract } from "../service-contract.ts";

/** The contract of one pair (service, model): the model's terms where it has them, else the service's (calculus §2). */
export interface EffectiveContract {
  readonly capabilities: readonly Capability[];
  readonly guarantees: readonly Guarantee[];
  readonly cost?: Cost;
  /** The model's context_tokens; for the pair without a model, constraints.context_length.max_tokens (calculus §6). */
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  readonly competenceMicros?: number;
}

/**
 * The effective contract of a pair, or undefined if the contract lists no such pair.
 *
 * @param modelId - null for the pair without a model, which exists only where the contract lists no models
 */
export function effectiveContract(contract: ServiceContract, modelId: string | null): EffectiveContract | undefined {
  const model = modelId === null ? undefined : contract.models.find((candidate) => candidate.id === modelId);
  if (modelId === null ? contract.models.length > 0 : model === undefined) return undefined;
  const cost = model?.cost ?? contract.cost;
  const contextTokens = modelId === null ? contract.constraints.contextLength?.maxTokens : model?.contextTokens;
  return {
    capabilities: model?.capabilities ?? contract.capabilities,
    guarantees: model?.guarantees ?? contract.guarantees,
    ...(cost === undefined ? {} : { cost }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(model?.maxOutputTokens === undefined ? {} : { maxOutputTokens: model.maxOutputTokens }),
    ...(model?.competenceMicros === undefined ? {} : { competenceMicros: model.competenceMicros }),
  };
}

/** The models whose pairs a contract offers: its models' ids in order, or null alone. */
export function candidateModels(contract: ServiceContract): readonly (string | null)[] {
  return contract.models.length === 0 ? [null] : contract.models.map((model) => model.id);
}
