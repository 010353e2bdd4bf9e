import { z } from "zod";

import { propertyCatalogue } from "../../catalogue/property-catalogue.ts";
import type { PropertyDefinition } from "../../catalogue/property.ts";
import type { Model, ServiceContract } from "../../service-contract.ts";
import { offeredCapabilities } from "../capability.ts";
import { refuseIssue } from "../decimal.ts";
import { id, version } from "../encodings.ts";
import { guarantees } from "../guarantee.ts";
import { mapping } from "../mapping.ts";
import { api } from "./api.ts";
import { chooseCost, completeCost, costStatement, rate } from "./cost.ts";
import { applyOverrides, modelStatement, type ModelStatement, type ServiceTerms } from "./model.ts";
import { access, alignment, constraints, metadata, privacy } from "./terms.ts";

/** Where a section is left out: everything unsaid, the stated defaults. A service without `api` is called in-process. */
const UNSAID = {
  privacy: { compliance: [] },
  access: { requiredPermissions: [], match: "any", requiredTrustLevel: 0, tenants: [], public: false },
  api: { protocol: "inprocess", endpoints: [] },
} as const;

/** A contract file in the flat spelling, as it normalises to a `ServiceContract`. */
export function contractDocument(
  catalogue: readonly PropertyDefinition[] = propertyCatalogue,
): z.ZodType<ServiceContract> {
  return mapping({
    service_id: id,
    name: z.string().min(1).max(256).exactOptional(),
    version,
    description: z.string().max(4096).exactOptional(),
    capabilities: offeredCapabilities,
    guarantees: guarantees("offer", catalogue).exactOptional(),
    cost: costStatement.exactOptional(),
    cost_per_token: rate.exactOptional(),
    models: z.array(modelStatement(catalogue)).exactOptional(),
    privacy: privacy.exactOptional(),
    alignment: alignment.exactOptional(),
    access: access.exactOptional(),
    constraints: constraints.exactOptional(),
    api: api.exactOptional(),
    metadata: metadata.exactOptional(),
  }).transform((raw, context): ServiceContract => {
    const said = chooseCost(raw, context, []);
    const terms: ServiceTerms = {
      capabilities: raw.capabilities,
      guarantees: raw.guarantees ?? [],
      ...(said === undefined ? {} : { cost: completeCost(said, undefined, context, ["cost"]) }),
    };
    return {
      serviceId: raw.service_id,
      ...(raw.name === undefined ? {} : { name: raw.name }),
      version: raw.version,
      ...(raw.description === undefined ? {} : { description: raw.description }),
      ...terms,
      models: readModels(raw.models ?? [], terms, context),
      privacy: raw.privacy ?? UNSAID.privacy,
      alignment: raw.alignment ?? {},
      access: raw.access ?? UNSAID.access,
      constraints: raw.constraints ?? {},
      api: raw.api ?? UNSAID.api,
      metadata: raw.metadata ?? { tags: [] },
    };
  });
}

function readModels(raw: readonly ModelStatement[], terms: ServiceTerms, context: z.core.$RefinementCtx): Model[] {
  const models = new Map<string, Model>();
  for (const [index, model] of raw.entries()) {
    if (models.has(model.id)) refuseIssue(context, { found: "a model id twice", expected: "each id once" }, ["models", index, "id"]);
    models.set(model.id, applyOverrides(model, terms, context, ["models", index]));
  }
  return [...models.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
