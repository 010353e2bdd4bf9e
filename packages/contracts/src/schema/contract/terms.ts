import { z } from "zod";

import type { DecimalText } from "../../document/decimal-text.ts";
import { localities, type Access, type Alignment, type Constraints, type DataRetention, type Metadata, type Privacy } from "../../service-contract.ts";
import { integer, refuseIssue } from "../decimal.ts";
import { exampleText, id, mediaType, setOf, sortedUnique, word } from "../encodings.ts";
import { mapping } from "../mapping.ts";

/** `gdpr_compliant: true` is short for a member of `compliance`. */
const complianceFlags = ["gdpr", "hipaa", "soc2", "pci", "ccpa"] as const;
const TRUST_LEVELS = { low: 2, medium: 5, high: 8 } as const;
export const encryptionTypes = ["in_transit", "at_rest", "end_to_end"] as const;
export const safetyLevels = ["low", "medium", "high"] as const;
export const routes = ["internal", "external"] as const;

/** A level 0 … 10, or low, medium, high. */
export const trustLevel: z.ZodType<number, DecimalText | string> = z.union([
  z.enum(["low", "medium", "high"]).transform((level) => TRUST_LEVELS[level]),
  integer(0, 10),
]);

export const retentionPattern = /^(?:none|session|indefinite|days:[1-9]\d{0,5})$/;

function isRetention(text: string): text is DataRetention {
  return retentionPattern.test(text);
}

/** none, session, indefinite, or `days:N`. */
const dataRetention: z.ZodType<DataRetention, string> = z.string().transform((text, context): DataRetention => {
  if (isRetention(text)) return text;
  refuseIssue(context, { known: ["none", "session", "indefinite"], expected: "none, session, indefinite or days:N" });
  return z.NEVER;
});

export const privacy: z.ZodType<Privacy> = mapping({
  data_locality: z.enum(localities).exactOptional(),
  encryption: z.boolean().exactOptional(),
  encryption_type: z.enum(encryptionTypes).exactOptional(),
  data_retention: dataRetention.exactOptional(),
  compliance: z.array(word).exactOptional(),
  regions: setOf(word).exactOptional(),
  gdpr_compliant: z.boolean().exactOptional(),
  hipaa_compliant: z.boolean().exactOptional(),
  soc2_compliant: z.boolean().exactOptional(),
  pci_compliant: z.boolean().exactOptional(),
  ccpa_compliant: z.boolean().exactOptional(),
}).transform((raw): Privacy => {
  const flags = complianceFlags.filter((flag) => raw[`${flag}_compliant`] === true);
  return {
    ...(raw.data_locality === undefined ? {} : { dataLocality: raw.data_locality }),
    ...(raw.encryption === undefined ? {} : { encryption: raw.encryption }),
    ...(raw.encryption_type === undefined ? {} : { encryptionType: raw.encryption_type }),
    ...(raw.data_retention === undefined ? {} : { dataRetention: raw.data_retention }),
    compliance: sortedUnique([...(raw.compliance ?? []), ...flags]),
    ...(raw.regions === undefined ? {} : { regions: raw.regions }),
  };
});

export const alignment: z.ZodType<Alignment> = mapping({
  safety_level: z.enum(safetyLevels).exactOptional(),
  content_filtering: z.boolean().exactOptional(),
  bias_mitigation: z.boolean().exactOptional(),
}).transform(
  (raw): Alignment => ({
    ...(raw.safety_level === undefined ? {} : { safetyLevel: raw.safety_level }),
    ...(raw.content_filtering === undefined ? {} : { contentFiltering: raw.content_filtering }),
    ...(raw.bias_mitigation === undefined ? {} : { biasMitigation: raw.bias_mitigation }),
  }),
);

export const access: z.ZodType<Access> = mapping({
  required_permissions: setOf(word).exactOptional(),
  match: z.enum(["any", "all"]).exactOptional(),
  required_trust_level: trustLevel.exactOptional(),
  tenants: setOf(id).exactOptional(),
  public: z.boolean().exactOptional(),
}).transform(
  (raw): Access => ({
    requiredPermissions: raw.required_permissions ?? [],
    match: raw.match ?? "any",
    requiredTrustLevel: raw.required_trust_level ?? 0,
    tenants: raw.tenants ?? [],
    public: raw.public ?? false,
  }),
);

export const constraints: z.ZodType<Constraints> = mapping({
  max_concurrent_requests: integer(1).exactOptional(),
  rate_limit: mapping({ per_minute: integer(1) }).exactOptional(),
  context_length: mapping({ max_tokens: integer(1) }).exactOptional(),
  max_tokens_per_request: integer(1).exactOptional(),
  max_bytes: integer(0).exactOptional(),
  media_types: setOf(mediaType).exactOptional(),
  requires_gpu: z.boolean().exactOptional(),
  requires_internet: z.boolean().exactOptional(),
}).transform((raw, context): Constraints => {
  const short = raw.max_tokens_per_request;
  const maxTokens = raw.context_length?.max_tokens ?? short;
  if (short !== undefined && maxTokens !== short) {
    refuseIssue(context, { expected: "the same as context_length.max_tokens, or one of the two" }, ["max_tokens_per_request"]);
  }
  return {
    ...(raw.max_concurrent_requests === undefined ? {} : { maxConcurrentRequests: raw.max_concurrent_requests }),
    ...(raw.rate_limit === undefined ? {} : { rateLimit: { perMinute: raw.rate_limit.per_minute } }),
    ...(maxTokens === undefined ? {} : { contextLength: { maxTokens } }),
    ...(raw.max_bytes === undefined ? {} : { maxBytes: raw.max_bytes }),
    ...(raw.media_types === undefined ? {} : { mediaTypes: raw.media_types }),
    ...(raw.requires_gpu === undefined ? {} : { requiresGpu: raw.requires_gpu }),
    ...(raw.requires_internet === undefined ? {} : { requiresInternet: raw.requires_internet }),
  };
});

export const metadata: z.ZodType<Metadata> = mapping({
  tags: setOf(word).exactOptional(),
  examples: setOf(exampleText).exactOptional(),
  category: z.string().max(128).exactOptional(),
  provider: z.string().max(128).exactOptional(),
  route: z.enum(routes).exactOptional(),
}).transform(
  (raw): Metadata => ({
    tags: raw.tags ?? [],
    // None said and none listed are the same, and have the same digest.
    ...(raw.examples === undefined || raw.examples.length === 0 ? {} : { examples: raw.examples }),
    ...(raw.category === undefined ? {} : { category: raw.category }),
    ...(raw.provider === undefined ? {} : { provider: raw.provider }),
    ...(raw.route === undefined ? {} : { route: raw.route }),
  }),
);
