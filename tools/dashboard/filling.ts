/** What a gateway is filled with: invented services, a policy, and requests of several kinds. None of them speaks to anything. */

/** A service that only pretends: how long it takes and how often it fails. */
export interface Pretence {
  readonly contract: string;
  /** Microseconds: a call takes from `least` to `most`, one in twenty three times as long. */
  readonly least: number;
  readonly most: number;
  /** One call in so many fails; 0: none. */
  readonly failsOnceIn: number;
}

const service = (id: string, parts: string): string => `service_id: ${id}\nversion: 1.2.0\n${parts}`;
const eu = "privacy: { data_locality: private_cloud, encryption: true, encryption_type: end_to_end, data_retention: none, compliance: [gdpr], regions: [eu] }";
const us = "privacy: { data_locality: external, encryption: true, encryption_type: in_transit, data_retention: session, regions: [us] }";
const open = "access: { public: true }\napi: { protocol: inprocess }";
const safe = "alignment: { safety_level: high, content_filtering: true, bias_mitigation: true }";

export const pretences: Readonly<Record<string, Pretence>> = {
  atlas: {
    ...{ least: 180_000, most: 520_000, failsOnceIn: 0 },
    contract: service("atlas", `name: Atlas\ncapabilities: [inference.chat, language.summarise]\nguarantees: { latency_ms: 900, availability: 0.99 }\n${eu}\n${safe}\n${open}\nmodels:\n  - { id: atlas-large, competence: 0.92, context_tokens: 32000, max_output_tokens: 2000, cost: { model: per_token, token_cost: "0.000012", currency: USD } }\n  - { id: atlas-small, competence: 0.7, context_tokens: 16000, max_output_tokens: 2000, cost: { model: per_token, token_cost: "0.000003", currency: USD } }\nmetadata: { route: external }\n`),
  },
  boreal: {
    ...{ least: 260_000, most: 700_000, failsOnceIn: 60 },
    contract: service("boreal", `name: Boreal\ncapabilities: [inference.chat]\nguarantees: { latency_ms: 1200, availability: 0.95 }\n${eu}\nalignment: { safety_level: medium, content_filtering: true }\n${open}\ncost: { model: per_request, base_cost: "0.004", currency: USD }\nmetadata: { route: external }\n`),
  },
  cirrus: {
    ...{ least: 90_000, most: 260_000, failsOnceIn: 40 },
    contract: service("cirrus", `name: Cirrus\ncapabilities: [inference.chat, vision.ocr]\nguarantees: { latency_ms: 400 }\n${us}\nalignment: { safety_level: medium }\n${open}\ncost: { model: per_request, base_cost: "0.001", currency: USD }\nmetadata: { route: external }\n`),
  },
  delta: {
    ...{ least: 60_000, most: 150_000, failsOnceIn: 0 },
    contract: service("delta", `name: Delta\ncapabilities: [inference.chat]\nguarantees: { latency_ms: 250 }\n${eu}\n${safe}\naccess: { required_permissions: [legal], required_trust_level: 8 }\napi: { protocol: inprocess }\ncost: { model: per_request, base_cost: "0.002", currency: USD }\nmetadata: { route: internal }\n`),
  },
  ember: {
    ...{ least: 300_000, most: 1_100_000, failsOnceIn: 0 },
    contract: service("ember", `name: Ember\ncapabilities: [inference.chat, language.translate]\nguarantees: { latency_ms: 1500 }\nprivacy: { data_locality: on_device, data_retention: none, regions: [eu], compliance: [gdpr] }\n${safe}\n${open}\ncost: { model: free, currency: USD }\nmetadata: { route: internal }\n`),
  },
  gale: {
    ...{ least: 90_000, most: 420_000, failsOnceIn: 12 },
    contract: service("gale", `name: Gale\ncapabilities: [language.translate, vision.ocr]\nguarantees: { latency_ms: 150, availability: 0.99 }\n${us}\nalignment: { safety_level: low }\n${open}\ncost: { model: per_request, base_cost: "0.0005", currency: USD }\nmetadata: { route: external }\n`),
  },
  harbour: {
    ...{ least: 90_000, most: 200_000, failsOnceIn: 0 },
    contract: service("harbour", `name: Harbour preview\ncapabilities: [inference.chat]\nguarantees: { latency_ms: 300 }\n${eu}\n${safe}\n${open}\ncost: { model: per_request, base_cost: "0.0008", currency: USD }\nmetadata: { tags: [preview], route: internal }\n`),
  },
};

/** The base policy. */
export const policy = `caio_policy: 1
id: house
currency: USD
weights: { intent: 0.2, attention: 0.1, rl: 0.2, resonance: 0.1, model: 0.1, cost: 0.3, risk: 0.2, latency: 0.2 }
limits: { budget: "0.02", latency_ms: 1500, latency_coverage: 0.95, deadline_ms: 8000 }
safety: { forbidden: [weapons], needs_filtering: [self_harm] }
privacy: { mode: strict, sensitive: [personal, health] }
fallback: { max_attempts: 2 }
rules:
  - { id: no-previews, priority: 100, deny: '"preview" in service.metadata.tags', reason: Previews are not for production. }
  - { id: eu-personal, priority: 50, when: '"personal" in request.labels', require: '"eu" in service.privacy.regions', reason: Personal data stays in the EU. }
  - { id: like-internal, prefer: { if: 'has(service.metadata.route) && service.metadata.route == "internal"', amount: 0.02 }, reason: What is our own is easier to audit. }
`;

export const frugal = `caio_policy: 1
id: frugal
limits: { budget: "0.001" }
`;

const request = (type: string, parts: object = {}): object => ({
  caio_request: 1, intent: { text: "An invented request.", categories: ["question"] }, size: { input_tokens: 400, max_output_tokens: 300 },
  requirements: { capabilities: [{ type }] }, data: { payload: { text: "An invented text." } }, ...parts,
});

/** Requests by how often they come. */
export const requests: readonly { readonly share: number; readonly document: object }[] = [
  { share: 40, document: request("inference.chat") },
  { share: 12, document: request("inference.chat", { data: { labels: ["personal"], payload: { text: "An invented person." } } }) },
  { share: 4, document: request("language.translate") },
  { share: 6, document: request("language.translate", { limits: { latency_ms: 400 } }) },
  { share: 10, document: request("inference.chat", { limits: { budget: "0.003", currency: "USD" } }) },
  { share: 8, document: request("inference.chat", { limits: { latency_ms: 500 } }) },
  { share: 6, document: request("vision.ocr") },
  { share: 5, document: request("inference.chat", { requirements: { capabilities: [{ type: "inference.chat" }], privacy: { compliance: ["gdpr"] } } }) },
  { share: 4, document: request("inference.chat", { limits: { latency_ms: 100 } }) },
  { share: 3, document: request("inference.chat", { policies: ["frugal"] }) },
  { share: 2, document: request("audio.transcribe") },
];
