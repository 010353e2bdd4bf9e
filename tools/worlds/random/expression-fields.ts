import {
  CALL_PRICES,
  CAPABILITY_TYPES,
  CATEGORIES,
  COMPLIANCE,
  CONTEXT_SIZES,
  LABELS,
  LATENCIES,
  MEDIA_TYPES,
  PERMISSIONS,
  PROVIDERS,
  RATIOS,
  REGIONS,
  TAGS,
  TENANTS,
  TOKENS,
} from "./vocabulary.ts";

/** A field that rules may read: whether a contract or request may leave it unsaid, and the literals to hold it against. */
export interface ReadableField<Literal> {
  readonly path: string;
  readonly unsaid: boolean;
  readonly literals: readonly Literal[];
}

function field<Literal>(path: string, literals: readonly Literal[], unsaid = false): ReadableField<Literal> {
  return { path, unsaid, literals };
}

const levels = [0, 2, 5, 8, 10];
const currencies = ["EUR", "JPY", "USD"];

export const requestInts = [
  field("request.principal.trust", levels),
  field("request.limits.latency_coverage_ppm", [950_000, 990_000]),
  field("request.size.input_tokens", TOKENS, true),
  field("request.size.max_output_tokens", TOKENS, true),
  field("request.size.bytes", TOKENS, true),
  field("request.limits.budget_micros", [1_000, 10_000, 1_000_000], true),
  field("request.limits.latency_us", LATENCIES, true),
  field("request.limits.deadline_us", [30_000_000], true),
];

export const requestTexts = [
  field("request.action.kind", ["destructive", "read", "write"]),
  field("request.principal.tenant", TENANTS),
  field("request.data.media_type", MEDIA_TYPES, true),
  field("request.principal.region", REGIONS, true),
];

export const requestLists = [
  field("request.labels", LABELS),
  field("request.intent.categories", CATEGORIES),
  field("request.principal.permissions", PERMISSIONS),
  field("request.requirements.capabilities", CAPABILITY_TYPES),
];

export const serviceInts = [
  field("service.version_major", [0, 1, 2]),
  field("service.access.required_trust_level", levels),
  field("service.latency_p50_us", LATENCIES, true),
  field("service.latency_p95_us", LATENCIES, true),
  field("service.latency_p99_us", LATENCIES, true),
  field("service.availability_micros", RATIOS, true),
  field("service.accuracy_micros", RATIOS, true),
  field("service.cost.base_pico", CALL_PRICES, true),
  field("service.cost.second_pico", CALL_PRICES, true),
  field("service.constraints.max_concurrent_requests", [1, 10], true),
  field("service.constraints.context_length.max_tokens", CONTEXT_SIZES, true),
  field("service.constraints.rate_limit.per_minute", [60, 100], true),
  field("model.context_tokens", CONTEXT_SIZES, true),
  field("model.max_output_tokens", TOKENS, true),
  field("model.competence_micros", RATIOS, true),
];

export const serviceTexts = [
  field("service.id", ["chat-0", "ocr-3", "a"]),
  field("service.version", ["0.", "1.0", "1.2.0"]),
  field("service.access.match", ["all", "any"]),
  field("service.name", ["Service", "Service chat-1"], true),
  field("service.privacy.data_locality", ["external", "local", "on_device", "private_cloud"], true),
  field("service.privacy.encryption_type", ["at_rest", "end_to_end", "in_transit"], true),
  field("service.privacy.data_retention", ["days:", "none", "session"], true),
  field("service.alignment.safety_level", ["high", "low", "medium"], true),
  field("service.metadata.route", ["external", "internal"], true),
  field("service.metadata.provider", PROVIDERS, true),
  field("service.metadata.category", ["ai-service"], true),
  field("service.cost.currency", currencies, true),
  field("service.cost.model", ["free", "per_token"], true),
  field("model.id", ["small", "small-1", "Big/70b"], true),
];

export const serviceFlags = [
  field("service.access.public", [true, false]),
  field("service.privacy.encryption", [true, false], true),
  field("service.alignment.content_filtering", [true, false], true),
  field("service.alignment.bias_mitigation", [true, false], true),
  field("service.constraints.requires_gpu", [true, false], true),
  field("service.constraints.requires_internet", [true, false], true),
];

export const serviceLists = [
  field("service.capabilities", CAPABILITY_TYPES),
  field("service.access.required_permissions", PERMISSIONS),
  field("service.access.tenants", TENANTS),
  field("service.privacy.compliance", COMPLIANCE),
  field("service.metadata.tags", TAGS),
  field("service.privacy.regions", REGIONS, true),
  field("service.constraints.media_types", MEDIA_TYPES, true),
];
