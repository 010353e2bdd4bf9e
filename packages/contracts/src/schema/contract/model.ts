import { z } from "zod";

import { canonicalSet } from "../../canonical-set.ts";
import type { Capability } from "../../capability.ts";
import type { PropertyDefinition } from "../../catalogue/property.ts";
import type { Guarantee } from "../../guarantee.ts";
import type { Cost, Model } from "../../service-contract.ts";
import { offeredCapabilities } from "../capability.ts";
import { decimal, integer } from "../decimal.ts";
import { modelId } from "../encodings.ts";
import { guarantees } from "../guarantee.ts";
import { mapping } from "../mapping.ts";
import { chooseCost, completeCost, costStatement, rate, type CostStatement } from "./cost.ts";

/** A model as its file says it: overrides are not yet laid over the service's. */
export interface ModelStatement {
  readonly id: string;
  readonly context_tokens?: number;
  readonly max_output_tokens?: number;
  readonly competence?: number;
  readonly capabilities?: readonly Capability[];
  readonly guarantees?: readonly Guarantee[];
  readonly cost?: CostStatement;
  readonly cost_per_token?: number;
}

export function modelStatement(catalogue: readonly PropertyDefinition[]): z.ZodType<ModelStatement> {
  return mapping({
    id: modelId,
    context_tokens: integer(1).exactOptional(),
    max_output_tokens: integer(1).exactOptional(),
    competence: decimal({ digits: 6, rounding: "half-even", min: 0, max: 1_000_000, expected: "a ratio from 0 to 1" }).exactOptional(),
    capabilities: offeredCapabilities.exactOptional(),
    guarantees: guarantees("offer", catalogue).exactOptional(),
    cost: costStatement.exactOptional(),
    cost_per_token: rate.exactOptional(),
  });
}

/** What the models of a service lie over. */
export interface ServiceTerms {
  readonly capabilities: readonly Capability[];
  readonly guarantees: readonly Guarantee[];
  readonly cost?: Cost;
}

/**
 * A model with its overrides applied (calculus §2): a capability replaces the service's of the same type, guarantees of a
 * property replace all the service's of it, cost fields override one by one.
 */
export function applyOverrides(
  raw: ModelStatement,
  service: ServiceTerms,
  context: z.core.$RefinementCtx,
  path: readonly (string | number)[],
): Model {
  const cost = chooseCost(raw, context, path);
  const types = new Set(raw.capabilities?.map((capability) => capability.type));
  const properties = new Set(raw.guarantees?.map((guarantee) => guarantee.property));
  const keptCapabilities = service.capabilities.filter((capability) => !types.has(capability.type));
  const keptGuarantees = service.guarantees.filter((guarantee) => !properties.has(guarantee.property));
  return {
    id: raw.id,
    ...(raw.context_tokens === undefined ? {} : { contextTokens: raw.context_tokens }),
    ...(raw.max_output_tokens === undefined ? {} : { maxOutputTokens: raw.max_output_tokens }),
    ...(raw.competence === undefined ? {} : { competenceMicros: raw.competence }),
    ...(raw.capabilities === undefined ? {} : { capabilities: canonicalSet([...keptCapabilities, ...raw.capabilities]) }),
    ...(raw.guarantees === undefined ? {} : { guarantees: canonicalSet([...keptGuarantees, ...raw.guarantees]) }),
    ...(cost === undefined ? {} : { cost: completeCost(cost, service.cost, context, [...path, "cost"]) }),
  };
}
