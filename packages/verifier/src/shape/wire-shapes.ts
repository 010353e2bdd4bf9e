import { canonical, isObject } from "../json/json.ts";
import { anyJson, ascending, bool, either, has, int, isKind, list, map, nullable, object, optional, ordered, such, text, textSet, word, type Shape, type Shaped } from "./shape.ts";
/** Wire forms (docs/wire-forms.md). */
export const serviceId = text(/^[a-z0-9][a-z0-9-]{0,62}$/, "an id");
export const modelId = text(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/, "the id of a model");
export const capabilityType = text(/^[a-z0-9][a-z0-9_-]{0,62}(\.[a-z0-9][a-z0-9_-]{0,62}){0,7}$/, "a capability type");
export const digestText = text(/^[0-9a-f]{64}$/, "64 hex digits");
export const ppm = int(0, 1_000_000);
export const coverage = int(1, 1_000_000);
const version = text(/^(0|[1-9][0-9]*)\.[0-9]+\.[0-9]+/, "a version");
const signed = int(-Number.MAX_SAFE_INTEGER);
const whole = int();
const encryption = word("in_transit", "at_rest", "end_to_end");
const locality = word("on_device", "local", "private_cloud", "external");
const route = word("internal", "external");
const interval = object({ min_micros: optional(signed), max_micros: optional(signed), target_micros: optional(signed) });
const scalar = either((value) => typeof value === "boolean", bool, either((value) => typeof value === "string", text(), textSet));
const parameter = either(isObject, interval, scalar);
export const capability = object({ type: capabilityType, parameters: map(parameter) });
export type Capability = Shaped<typeof capability>;
/** Ends in microseconds or in micros, never both. */
const bound = such(
  object({ min_us: optional(signed), max_us: optional(signed), min_micros: optional(signed), max_micros: optional(signed) }),
  (ends) => !((has("min_us")(ends) || has("max_us")(ends)) && (has("min_micros")(ends) || has("max_micros")(ends))), "a bound of one unit",
);
export const guarantee = object({ property: text(), coverage_ppm: coverage, bound });
export type Guarantee = Shaped<typeof guarantee>;
const rate = int(0, 9_000_000_000_000_000);
const cost = object({
  model: word("per_token", "per_request", "per_second", "free"),
  currency: text(), base_pico: rate, input_token_pico: rate, output_token_pico: rate, second_pico: rate,
});
export type Cost = Shaped<typeof cost>;
const model = object({
  id: modelId, context_tokens: optional(whole), max_output_tokens: optional(whole), competence_micros: optional(ppm),
  capabilities: optional(list(capability)), guarantees: optional(list(guarantee)), cost: optional(cost),
});
export type Model = Shaped<typeof model>;
const schema = either(isObject, anyJson, text());
const endpoint = object({
  capability: optional(capabilityType), path: optional(text()), method: optional(word("GET", "POST", "PUT")), tool: optional(text()),
  input_schema: optional(schema), output_schema: optional(schema),
});

export const contract = object({
  service_id: serviceId, name: optional(text()), version, description: optional(text()),
  capabilities: list(capability), guarantees: list(guarantee), cost: optional(cost), models: ascending(model, ({ id }) => id),
  privacy: object({
    data_locality: optional(locality), encryption: optional(bool), encryption_type: optional(encryption),
    data_retention: optional(text(/^(none|session|indefinite|days:[1-9][0-9]*)$/, "a retention")), compliance: textSet, regions: optional(textSet),
  }),
  alignment: object({ safety_level: optional(word("low", "medium", "high")), content_filtering: optional(bool), bias_mitigation: optional(bool) }),
  access: object({ required_permissions: textSet, match: word("any", "all"), required_trust_level: int(0, 10), tenants: textSet, public: bool }),
  constraints: object({
    max_concurrent_requests: optional(whole), rate_limit: optional(object({ per_minute: whole })), context_length: optional(object({ max_tokens: whole })),
    max_bytes: optional(whole), media_types: optional(textSet), requires_gpu: optional(bool), requires_internet: optional(bool),
  }),
  api: object({
    protocol: word("http", "openai", "mcp", "a2a", "inprocess"), base_url: optional(text()), transport: optional(word("http", "stdio")),
    server: optional(text()), endpoints: list(endpoint), health: optional(object({ path: text(), interval_ms: whole })),
    auth: optional(object({ scheme: word("bearer", "basic", "header"), secret: text(), header: optional(text()) })),
  }),
  metadata: object({ tags: textSet, category: optional(text()), provider: optional(text()), route: optional(route) }),
});
export type Contract = Shaped<typeof contract>;
const prefer = object({ kind: word("prefer"), condition: text(), amount_micros: int(-1_000_000, 1_000_000) });
const oblige = object({ kind: word("oblige"), obligations: ascending(word("redact", "log", "human_approval"), (duty) => duty) });
const effect = either(isKind("prefer"), prefer, either(isKind("oblige"), oblige, object({ kind: word("require", "deny"), condition: text() })));
const rule = object({ id: serviceId, priority: signed, when: optional(text()), effect, reason: text() });
export type Rule = Shaped<typeof rule>;
/** By priority descending, then id; Σ|amount| ≤ 10⁶ (calculus §3). */
const rules = such(
  ordered(rule, (a, b) => a.priority > b.priority || (a.priority === b.priority && a.id < b.id), 1024),
  (all) => all.reduce((sum, { effect }) => sum + (effect.kind === "prefer" ? Math.abs(effect.amount_micros) : 0), 0) <= 1_000_000, "preferences of 1000000 micros at most",
);
const weight = int(-500_000_000, 500_000_000);
export const policy = object({
  id: serviceId, currency: text(), rates: map(rate), rl: object({ width_micros: whole }),
  weights: object({ intent: weight, attention: weight, rl: weight, resonance: weight, model: weight, cost: weight, risk: weight, latency: weight }),
  limits: object({ budget_micros: optional(whole), latency_us: optional(whole), latency_coverage_ppm: optional(coverage), deadline_us: optional(whole) }),
  safety: object({ forbidden: textSet, needs_filtering: textSet }),
  privacy: object({ mode: word("strict", "encrypted"), sensitive: textSet, allowed_labels: map(textSet) }),
  fallback: object({ max_attempts: whole, after_first_byte: word("error", "resume") }), retry: object({ max_attempts: whole, backoff_us: whole }),
  exploration: object({ epsilon_ppm: ppm, max_loss_micros: whole }), independent: list(textSet),
  monitor: object({ alpha_micros: whole, drift_run_length: whole }),
  control: object({ excite_micros: whole, damp_micros: whole, c_micros: whole, m_micros: whole, interval_micros: int(1), e_max_micros: whole }),
  rules,
});
export type Policy = Shaped<typeof policy>;

/** Groups and alternatives are in order of their canonical JSON. */
const group = object({ any_of: ordered(capability, canonicalOrder) });
function canonicalOrder(a: object, b: object): boolean {
  return canonical(a) <= canonical(b);
}

/** What each path of a request holds (calculus §6), all of them; null where it is not said. */
export const requestPaths = {
  name: text(), "intent.text": text(), "intent.categories": textSet, "action.kind": word("read", "write", "destructive"),
  "data.labels": textSet, "data.media_type": text(), "data.payload": anyJson,
  "size.input_tokens": whole, "size.max_output_tokens": whole, "size.bytes": whole,
  "requirements.capabilities": ordered(group, canonicalOrder), "requirements.guarantees": list(guarantee),
  "requirements.constraints": object({
    max_locality: optional(locality), regions: textSet, requires_gpu: optional(bool), requires_internet: optional(bool),
    route: word("any", "internal", "external"), services: textSet, models: textSet,
  }),
  "requirements.privacy": object({ on_device: bool, encryption: optional(word("any", "in_transit", "at_rest", "end_to_end")), compliance: textSet }),
  "limits.budget_micros": whole, "limits.currency": text(), "limits.latency_us": whole, "limits.latency_coverage_ppm": coverage, "limits.deadline_us": whole,
  context: list(object({ role: text(), text: text() }), 64), policies: textSet, fallback: bool, plan: anyJson,
  "principal.subject": text(), "principal.issuer": text(), "principal.tenant": text(), "principal.permissions": textSet,
  "principal.trust": int(0, 10), "principal.region": text(),
  traits: object({ conservative_micros: ppm, confidential_micros: ppm, risk_micros: ppm }), labels: textSet,
} as const;
export type RequestPath = keyof typeof requestPaths;
export type PathValue<P extends RequestPath> = Shaped<(typeof requestPaths)[P]>;
const doubles = (count: number): Shape<string> => text(new RegExp(`^((?![7f]ff)[0-9a-f]{16}){${String(count)}}$`), `hex of ${String(count)} finite doubles`);
/** A leaf of H (certificate §6). */
export const historyLeaf = object({
  health: word("healthy", "degraded", "unhealthy"), promises: list(guarantee), outcomes: whole, violations: whole,
  learned: nullable(object({ theta: doubles(16), inverse: doubles(256) })), memory: nullable(doubles(128)),
});
export type HistoryLeaf = Shaped<typeof historyLeaf>;
