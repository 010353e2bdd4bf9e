import { z } from "zod";

import { localities } from "../../service-contract.ts";
import { encryptionTypes, routes } from "../contract/terms.ts";
import { currency, id, mediaType, modelId, word } from "../encodings.ts";
import { MAX_BUDGET_MICROS, MAX_DURATION_US, MAX_SIZE } from "../request/request-terms.ts";
import { evidenceMethods, identity } from "../state/principal-document.ts";
import { normalGroup, normalGuaranteeWire, orderedSet, sortedSet, whole } from "./normal-terms.ts";

type PlanWire = string | { readonly seq: readonly PlanWire[] } | { readonly par: readonly PlanWire[] };
const plan: z.ZodType<PlanWire> = z.lazy(() =>
  z.union([id, z.strictObject({ seq: z.array(plan).min(1) }), z.strictObject({ par: z.array(plan).min(1) })]),
);

/** `size` in normalised form. */
export const normalSize = z.strictObject({
  input_tokens: whole(0, MAX_SIZE).exactOptional(),
  max_output_tokens: whole(0, MAX_SIZE).exactOptional(),
  bytes: whole(0, MAX_SIZE).exactOptional(),
});

/** `requirements` in normalised form. */
const normalRequirements = z.strictObject({
  capabilities: orderedSet(normalGroup),
  guarantees: orderedSet(normalGuaranteeWire),
  constraints: z.strictObject({
    max_locality: z.enum(localities).exactOptional(),
    regions: sortedSet(word),
    requires_gpu: z.boolean().exactOptional(),
    requires_internet: z.boolean().exactOptional(),
    route: z.enum(["any", ...routes]),
    services: sortedSet(id),
    models: sortedSet(modelId),
  }),
  privacy: z.strictObject({
    on_device: z.boolean(),
    encryption: z.enum(["any", ...encryptionTypes]).exactOptional(),
    compliance: sortedSet(word),
  }),
});

/** A request document in normalised form. */
export const normalRequestDocument = z.strictObject({
  name: z.string().min(1).max(128).exactOptional(),
  intent: z.strictObject({ text: z.string().exactOptional(), categories: sortedSet(word) }),
  action: z.strictObject({ kind: z.enum(["read", "write", "destructive"]) }),
  context: z.array(z.strictObject({ role: word, text: z.string() })).max(64),
  data: z.strictObject({ labels: sortedSet(word), media_type: mediaType.exactOptional(), payload: z.unknown().exactOptional() }),
  size: normalSize,
  requirements: normalRequirements,
  limits: z.strictObject({
    budget_micros: whole(0, MAX_BUDGET_MICROS).exactOptional(),
    currency: currency.exactOptional(),
    latency_us: whole(1, MAX_DURATION_US).exactOptional(),
    latency_coverage_ppm: whole(1, 1_000_000).exactOptional(),
    deadline_us: whole(1, MAX_DURATION_US).exactOptional(),
  }),
  policies: sortedSet(id),
  fallback: z.boolean(),
  plan: z.union([z.null(), plan]),
});

const trait = whole(0, 1_000_000);
/** Traits in normalised form. */
export const normalTraits = z.strictObject({ conservative_micros: trait, confidential_micros: trait, risk_micros: trait });

/** A principal in normalised form. */
export const normalPrincipal = z.strictObject({
  subject: identity,
  issuer: identity,
  tenant: id,
  permissions: sortedSet(word),
  trust: whole(0, 10),
  region: word.exactOptional(),
  traits: normalTraits.exactOptional(),
  evidence: z.strictObject({
    method: z.enum(evidenceMethods),
    key_id: word.exactOptional(),
    alg: word.exactOptional(),
    exp: whole(0).exactOptional(),
    nbf: whole(0).exactOptional(),
  }),
});

