import { isObject } from "../json/json.ts";
import { anyJson, ascending, bool, canonicalSet, either, has, int, isKind, list, map, nullable, object, optional, ordered, setOf, such, text, word, type Shape, type Shaped } from "./shape.ts";
/** Wire forms (docs/wire-forms.md). */
export const serviceId = text(/^[a-z0-9][a-z0-9-]{0,62}$/, "an id");
export const modelId = text(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/, "the id of a model");
export const capabilityType = text(/^[a-z0-9][a-z0-9_-]{0,62}(\.[a-z0-9][a-z0-9_-]{0,62}){0,7}$/, "a capability type");
export const digestText = text(/^[0-9a-f]{64}$/, "64 hex digits");
/** What names and labels are made of: no white space, no control characters. */
export const token = text(/^[^\s\p{Cc}]{1,128}$/u, "a word without white space");
const identity = text(/^\P{Cc}{1,256}$/u, "printable text");
const currency = text(/^[A-Z]{3}$/, "a currency");
const mediaType = text(/^[A-Za-z0-9!#$&^_.+-]{1,127}\/[A-Za-z0-9!#$&^_.+-]{1,127}$/, "a media type");
const urlPath = text(/^\/[^\s\p{Cc}]{0,1023}$/u, "a path");
export const short = (most: number, least = 0): Shape<string> => text(new RegExp(`^[^]{${String(least)},${String(most)}}$`), `a text of ${String(least)} … ${String(most)} code units`);
const tokens = setOf(token);
const ids = setOf(serviceId);
export const ppm = int(0, 1_000_000);
export const coverage = int(1, 1_000_000);
const number = "(0|[1-9][0-9]{0,8})";
const version = text(new RegExp(`^${number}\\.${number}\\.${number}(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$`), "a version");
const signed = int(-Number.MAX_SAFE_INTEGER);
const whole = int();
const positive = int(1);
const encryption = word("in_transit", "at_rest", "end_to_end");
const locality = word("on_device", "local", "private_cloud", "external");
const route = word("internal", "external");
/** At least one end; min is at most max. */
const upward = (min?: number, max?: number): boolean => (min ?? max) !== undefined && (min ?? -Infinity) <= (max ?? Infinity);
const interval = such(
  object({ min_micros: optional(signed), max_micros: optional(signed), target_micros: optional(signed) }),
  ({ min_micros, max_micros }) => upward(min_micros, max_micros), "a min, a max or both in order",
);
const scalar = either((value) => typeof value === "boolean", bool, either((value) => typeof value === "string", short(256), setOf(short(256))));
const parameter = either(isObject, interval, scalar);
export const capability = object({ type: capabilityType, parameters: map(parameter, text(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/, "a parameter's name")) });
export type Capability = Shaped<typeof capability>;
/** Ends in microseconds or in micros, never both. */
const bound = such(
  object({ min_us: optional(signed), max_us: optional(signed), min_micros: optional(signed), max_micros: optional(signed) }),
  ({ min_us, max_us, min_micros, max_micros }) =>
    (min_us ?? max_us) === undefined ? upward(min_micros, max_micros) : (min_micros ?? max_micros) === undefined && upward(min_us, max_us),
  "a min, a max or both in order, of one unit",
);
export const guarantee = object({ property: text(/^[a-z][a-z0-9_]{0,63}$/, "a property's name"), coverage_ppm: coverage, bound });
export type Guarantee = Shaped<typeof guarantee>;
const rate = int(0, 9_000_000_000_000_000);
const cost = object({
  model: word("per_token", "per_request", "per_second", "free"),
  currency, base_pico: rate, input_token_pico: rate, output_token_pico: rate, second_pico: rate,
});
export type Cost = Shaped<typeof cost>;
const model = object({
  id: modelId, context_tokens: optional(positive), max_output_tokens: optional(positive), competence_micros: optional(ppm),
  capabilities: optional(canonicalSet(capability)), guarantees: optional(canonicalSet(guarantee)), cost: optional(cost),
});
export type Model = Shaped<typeof model>;
const schema = either(isObject, anyJson, text(/^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]{0,254}$/, "a relative path"));
const endpoint = object({
  capability: optional(capabilityType), path: optional(urlPath), method: optional(word("GET", "POST", "PUT")), tool: optional(token),
  input_schema: optional(schema), output_schema: optional(schema),
});
const secret = text(/^(env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:\/[^\s\p{Cc}]{1,1000})$/u, "a reference");
const header = text(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, "a header's name");

export const contract = object({
  service_id: serviceId, name: optional(short(256, 1)), version, description: optional(short(4096)),
  capabilities: canonicalSet(capability), guarantees: canonicalSet(guarantee), cost: optional(cost), models: ascending(model, ({ id }) => id),
  privacy: object({
    data_locality: optional(locality), encryption: optional(bool), encryption_type: optional(encryption),
    data_retention: optional(text(/^(none|session|indefinite|days:[1-9][0-9]{0,5})$/, "a retention")), compliance: tokens, regions: optional(tokens),
  }),
  alignment: object({ safety_level: optional(word("low", "medium", "high")), content_filtering: optional(bool), bias_mitigation: optional(bool) }),
  access: object({ required_permissions: tokens, match: word("any", "all"), required_trust_level: int(0, 10), tenants: ids, public: bool }),
  constraints: object({
    max_concurrent_requests: optional(positive), rate_limit: optional(object({ per_minute: positive })), context_length: optional(object({ max_tokens: positive })),
    max_bytes: optional(whole), media_types: optional(setOf(mediaType)), requires_gpu: optional(bool), requires_internet: optional(bool),
  }),
  api: object({
    protocol: text(/^(http|openai|mcp|a2a|nats|inprocess|x-[a-z0-9][a-z0-9-]{0,30})$/, "a protocol"), base_url: optional(text()), transport: optional(word("http", "stdio")),
    server: optional(serviceId), endpoints: list(endpoint), health: optional(object({ path: urlPath, interval_ms: int(1, 86_400_000) })),
    auth: optional(object({ scheme: word("bearer", "basic", "header"), secret, header: optional(header) })),
  }),
  metadata: object({ tags: tokens, examples: optional(setOf(short(2048, 1), 1)), category: optional(short(128)), provider: optional(short(128)), route: optional(route) }),
});
export type Contract = Shaped<typeof contract>;
const prefer = object({ kind: word("prefer"), condition: text(), amount_micros: int(-1_000_000, 1_000_000) });
const oblige = object({ kind: word("oblige"), obligations: setOf(word("redact", "log", "human_approval"), 1) });
const effect = either(isKind("prefer"), prefer, either(isKind("oblige"), oblige, object({ kind: word("require", "deny"), condition: text() })));
const reason = text(/^(?!\s)[^]{1,500}(?<!\s)$/, "a reason of 1 … 500 code units, no white space around it");
const rule = object({ id: serviceId, priority: int(-1_000_000, 1_000_000), when: optional(text()), effect, reason });
export type Rule = Shaped<typeof rule>;
/** By priority descending, then id; Σ|amount| ≤ 10⁶ (calculus §3). */
const rules = such(
  ordered(rule, (a, b) => a.priority > b.priority || (a.priority === b.priority && a.id < b.id), 1024),
  (all) => all.reduce((sum, { effect }) => sum + (effect.kind === "prefer" ? Math.abs(effect.amount_micros) : 0), 0) <= 1_000_000, "preferences of 1000000 micros at most",
);
const weight = int(-500_000_000, 500_000_000);
const attempts = int(1, 10);
/** 0 … 1000 and a millionth … 1000. */
const gain = int(0, 1_000_000_000);
const size = int(1, 1_000_000_000);
export const policy = object({
  id: serviceId, currency, rates: map(positive, currency), rl: object({ width_micros: gain }),
  weights: object({ intent: weight, attention: weight, rl: weight, resonance: weight, model: weight, cost: weight, risk: weight, latency: weight }),
  limits: object({ budget_micros: optional(whole), latency_us: optional(whole), latency_coverage_ppm: optional(coverage), deadline_us: optional(whole) }),
  safety: object({ forbidden: tokens, needs_filtering: tokens }),
  privacy: object({ mode: word("strict", "encrypted"), sensitive: tokens, allowed_labels: map(tokens, serviceId) }),
  fallback: object({ max_attempts: attempts, after_first_byte: word("error", "resume") }), retry: object({ max_attempts: attempts, backoff_us: int(0, 60_000_000) }),
  exploration: object({ epsilon_ppm: ppm, max_loss_micros: gain }), independent: ascending(setOf(serviceId, 2), (set) => set.join(" ")),
  monitor: object({ alpha_micros: int(1, 1_000_000), drift_run_length: size }),
  control: object({ excite_micros: gain, damp_micros: gain, c_micros: gain, m_micros: size, interval_micros: size, e_max_micros: size }),
  rules,
});
export type Policy = Shaped<typeof policy>;

const tokenCount = int(0, 1_000_000_000_000);
const duration = int(1, 1_000_000_000_000_000);
type Plan = string | { readonly seq: readonly Plan[] } | { readonly par: readonly Plan[] };
const plan: Shape<Plan> = (value) => (typeof value === "string" ? serviceId : has("seq")(value) ? object({ seq: list(plan, undefined, 1) }) : object({ par: list(plan, undefined, 1) }))(value);

/** What each path of a request holds (calculus §6), all of them; null where it is not said. */
export const requestPaths = {
  name: short(128, 1), "intent.text": text(), "intent.categories": tokens, "action.kind": word("read", "write", "destructive"),
  "data.labels": tokens, "data.media_type": mediaType, "data.payload": anyJson,
  "size.input_tokens": tokenCount, "size.max_output_tokens": tokenCount, "size.bytes": tokenCount,
  "requirements.capabilities": canonicalSet(object({ any_of: canonicalSet(capability, 1) })), "requirements.guarantees": canonicalSet(guarantee),
  "requirements.constraints": object({
    max_locality: optional(locality), regions: tokens, requires_gpu: optional(bool), requires_internet: optional(bool),
    route: word("any", "internal", "external"), services: ids, models: setOf(modelId),
  }),
  "requirements.privacy": object({ on_device: bool, encryption: optional(word("any", "in_transit", "at_rest", "end_to_end")), compliance: tokens }),
  "limits.budget_micros": rate, "limits.currency": currency, "limits.latency_us": duration, "limits.latency_coverage_ppm": coverage, "limits.deadline_us": duration,
  context: list(object({ role: token, text: text() }), 64), policies: ids, fallback: bool, plan,
  "principal.subject": identity, "principal.issuer": identity, "principal.tenant": serviceId, "principal.permissions": tokens,
  "principal.trust": int(0, 10), "principal.region": token,
  traits: object({ conservative_micros: ppm, confidential_micros: ppm, risk_micros: ppm }), labels: tokens,
} as const;
/** Paths that a request may leave unsaid; all others are always said, be it the empty set. */
const UNSAID = [
  "name", "intent.text", "data.media_type", "data.payload", "size.input_tokens", "size.max_output_tokens", "size.bytes",
  "limits.budget_micros", "limits.currency", "limits.latency_us", "limits.latency_coverage_ppm", "limits.deadline_us", "plan", "principal.region", "traits",
];
export const commitments = object(Object.fromEntries(Object.keys(requestPaths).map((path) => [path, UNSAID.includes(path) ? nullable(digestText) : digestText])));
export type RequestPath = keyof typeof requestPaths;
export type PathValue<P extends RequestPath> = Shaped<(typeof requestPaths)[P]>;
/** A leaf of H (certificate §6): what was learned, by its digest. */
export const historyLeaf = object({
  health: word("healthy", "degraded", "unhealthy"), promises: list(guarantee), outcomes: whole, violations: whole,
  learned: nullable(digestText), memory: nullable(digestText),
});
export type HistoryLeaf = Shaped<typeof historyLeaf>;
