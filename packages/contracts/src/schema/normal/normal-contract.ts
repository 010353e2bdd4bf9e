import { z } from "zod";

import { localities } from "../../service-contract.ts";
import { authSchemes, headerName, inlineSchema, methods, protocol, schemaFile, toolName, urlPath } from "../contract/api.ts";
import { costModels, MAX_RATE_PICO } from "../contract/cost.ts";
import { encryptionTypes, retentionPattern, routes, safetyLevels } from "../contract/terms.ts";
import { capabilityType, currency, exampleText, id, mediaType, modelId, secretReference, version, word } from "../encodings.ts";
import { webAddress } from "../web-address.ts";
import { isAscending, normalCapability, normalGuaranteeWire, orderedSet, sortedSet, whole } from "./normal-terms.ts";

const rate = whole(0, MAX_RATE_PICO);
const cost = z.strictObject({
  model: z.enum(costModels),
  currency,
  base_pico: rate,
  input_token_pico: rate,
  output_token_pico: rate,
  second_pico: rate,
});

const model = z.strictObject({
  id: modelId,
  context_tokens: whole(1).exactOptional(),
  max_output_tokens: whole(1).exactOptional(),
  competence_micros: whole(0, 1_000_000).exactOptional(),
  capabilities: orderedSet(normalCapability).exactOptional(),
  guarantees: orderedSet(normalGuaranteeWire).exactOptional(),
  cost: cost.exactOptional(),
});

const privacy = z.strictObject({
  data_locality: z.enum(localities).exactOptional(),
  encryption: z.boolean().exactOptional(),
  encryption_type: z.enum(encryptionTypes).exactOptional(),
  data_retention: z.string().regex(retentionPattern, { error: "none, session, indefinite or days:N" }).exactOptional(),
  compliance: sortedSet(word),
  regions: sortedSet(word).exactOptional(),
});

const access = z.strictObject({
  required_permissions: sortedSet(word),
  match: z.enum(["any", "all"]),
  required_trust_level: whole(0, 10),
  tenants: sortedSet(id),
  public: z.boolean(),
});

const constraints = z.strictObject({
  max_concurrent_requests: whole(1).exactOptional(),
  rate_limit: z.strictObject({ per_minute: whole(1) }).exactOptional(),
  context_length: z.strictObject({ max_tokens: whole(1) }).exactOptional(),
  max_bytes: whole(0).exactOptional(),
  media_types: sortedSet(mediaType).exactOptional(),
  requires_gpu: z.boolean().exactOptional(),
  requires_internet: z.boolean().exactOptional(),
});

const schema = z.union([schemaFile, inlineSchema]);

const api = z.strictObject({
  protocol,
  base_url: webAddress.exactOptional(),
  transport: z.enum(["http", "stdio"]).exactOptional(),
  server: id.exactOptional(),
  endpoints: z.array(
    z.strictObject({
      capability: capabilityType.exactOptional(),
      path: urlPath.exactOptional(),
      method: z.enum(methods).exactOptional(),
      tool: toolName.exactOptional(),
      input_schema: schema.exactOptional(),
      output_schema: schema.exactOptional(),
    }),
  ),
  health: z.strictObject({ path: urlPath, interval_ms: whole(1, 86_400_000) }).exactOptional(),
  auth: z
    .strictObject({ scheme: z.enum(authSchemes), secret: secretReference, header: headerName.exactOptional() })
    .exactOptional(),
});

/** The normalised JSON of a contract: what is hashed, kept in bundles and seen by rules. */
export const normalContract = z.strictObject({
  service_id: id,
  name: z.string().min(1).max(256).exactOptional(),
  version,
  description: z.string().max(4096).exactOptional(),
  capabilities: orderedSet(normalCapability),
  guarantees: orderedSet(normalGuaranteeWire),
  cost: cost.exactOptional(),
  models: z.array(model).refine((models) => isAscending(models.map((item) => item.id)), { error: "models sorted by id" }),
  privacy,
  alignment: z.strictObject({
    safety_level: z.enum(safetyLevels).exactOptional(),
    content_filtering: z.boolean().exactOptional(),
    bias_mitigation: z.boolean().exactOptional(),
  }),
  access,
  constraints,
  api,
  metadata: z.strictObject({
    tags: sortedSet(word),
    examples: sortedSet(exampleText).refine((texts) => texts.length > 0, { error: "at least one example, or none said" }).exactOptional(),
    category: z.string().max(128).exactOptional(),
    provider: z.string().max(128).exactOptional(),
    route: z.enum(routes).exactOptional(),
  }),
});
