import { canonicalJson, sha256 } from "@caio/core";

/** Three services of one capability, from cheap to dear, each with what it says it is good at. */
const offers = {
  small: { cost: "0.001", competence: 0.5, description: "Answers short questions, greets, translates a word or a sentence into another language." },
  medium: { cost: "0.004", competence: 0.6, description: "Summarises letters, mails and reports, writes friendly text." },
  large: { cost: "0.02", competence: 0.9, description: "Proves theorems of mathematics, solves equations and integrals step by step." },
} as const;

export type Seller = keyof typeof offers;
export const sellers = Object.keys(offers) as readonly Seller[];

function contractText(id: Seller): string {
  const { cost, competence, description } = offers[id];
  return `service_id: ${id}
name: ${id}
version: 1.0.0
description: ${description}
capabilities: [{ type: text.generate }]
guarantees: { latency: { property: latency_ms, coverage: 0.95, bound: { max: 2000 } } }
cost: { model: per_request, base_cost: ${cost}, currency: USD }
models: [{ id: ${id}-1, context_tokens: 8192, competence: ${String(competence)} }]
privacy: { data_locality: external }
access: { public: true }
api:
  protocol: http
  base_url: http://127.0.0.1:9
  endpoints: [{ path: /generate, method: POST, capability: text.generate }]
`;
}

const request = { caio_request: 1, intent: { text: "A form." }, action: { kind: "read" }, size: { input_tokens: 100, max_output_tokens: 100 }, requirements: { capabilities: [{ type: "text.generate" }] } };

/** The policy of the market; `more`: further members. */
export function marketPolicy(more = ""): string {
  return `caio_policy: 1\nid: house\nweights: { intent: 0.1, attention: 0, rl: 0, resonance: 0, model: 0, cost: 0.5, risk: 0, latency: 0 }\n${more}`;
}

/** Files of the market by path: contracts, policy and a request as a form. */
export const marketFiles: Readonly<Record<string, string>> = {
  ...Object.fromEntries(sellers.map((id) => [`contracts/${id}.yaml`, contractText(id)])),
  "policy.yaml": marketPolicy(),
  "request.json": JSON.stringify(request),
};

/** A prompt by its number: every other one is hard. */
export function promptOf(at: number): string {
  const about = ["tree", "river", "lamp", "stone", "bridge", "cloud", "garden", "letter"][at % 8] ?? "";
  return isHard(at) ? `Prove the theorem on the equation of ${about} ${String(at)} and solve its integrals step by step.` : `Translate the word ${about} ${String(at)} into another language, in one short sentence.`;
}

function isHard(at: number): boolean {
  return lotOf("hard", at) < 0.5;
}

/** How often each service really succeeds at a prompt. */
export function successRate(seller: Seller, at: number): number {
  return isHard(at) ? { small: 0.2, medium: 0.4, large: 0.9 }[seller] : { small: 0.9, medium: 0.85, large: 0.95 }[seller];
}

/** From 0 to below 1: the same for the same name and number. */
export function lotOf(name: string, at: number): number {
  return Buffer.from(sha256(canonicalJson([name, at]))).readUIntBE(0, 6) / 2 ** 48;
}
