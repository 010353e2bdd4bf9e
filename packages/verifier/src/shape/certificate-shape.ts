import { anyJson, ascending, bool, either, has, int, isKind, list, map, nullable, object, optional, setOf, such, text, tuple, word, type Shaped } from "./shape.ts";
import { capabilityType, commitments, coverage, digestText, guarantee, historyLeaf, modelId, ppm, serviceId, short, token } from "./wire-shapes.ts";
const whole = int();
const signed = int(-Number.MAX_SAFE_INTEGER);
const micros = int(-1_000_000, 1_000_000);
const pair = { service: serviceId, model: nullable(modelId) };
const flag = word(0, 1_000_000);
const flagged = object({ residual: signed, flag: word(null, "silent", "currency") });
const hex = text(/^([0-9a-f]{2})*$/, "hex");
const proofNode = either(has("digest"), object({ digest: digestText }), either(has("key"), object({ key: hex, rest: hex }), object({ bits: int(0, 65_535), prefix: hex })));
export type ProofNode = Shaped<typeof proofNode>;
const terms = object({ intent: ppm, attention: micros, rl: micros, resonance: micros, model: int(-500_000, 500_000), cost: ppm, risk: ppm, latency: ppm });
const admitted = object({
  ...pair, step: word(0), terms, prefer: micros, score: signed,
  residuals: object({
    safety: object({ forbidden: flag, harmful: flag, unsafe: flag }), policy: object({ onDevice: flag, privacy: flag, compliance: flag }),
    traits: object({ conservative: signed, confidential: signed, risk: signed }), budget: flagged, latency: flagged,
  }),
});
export type Admitted = Shaped<typeof admitted>;
const verdict = either(has("terms"), admitted, object({ ...pair, step: word(1, 2, 3, 4), clause: text() }));
export type Verdict = Shaped<typeof verdict>;
const authentication = object({
  clause: word("authentication"), method: word("jwt", "api_key", "local"), alg: nullable(text()), keyId: nullable(text()), exp: nullable(whole), nbf: nullable(whole),
});
const texts = list(text());
/** certificate §8: five objects in order. */
const security = tuple(
  authentication,
  object({ clause: word("authorization"), public: bool, match: word("any", "all"), required: texts, matched: texts }),
  object({ clause: word("privacy"), basis: word("not_sensitive", "locality", "encryption", "allowed_labels"), mode: word("strict", "encrypted"), sensitive: setOf(text()) }),
  object({ clause: word("trust"), required: whole }),
  object({ clause: word("access"), tenant: word("open", "member"), region: word("unsaid", "inside"), route: word("any", "same") }),
);
const scored = { ...pair, score: signed };
const chosen = object({
  kind: word("chosen"),
  selected: object({
    ...scored, route: word("internal", "external"), contractDigest: digestText, tie: digestText, drawn: bool,
    propensity: object({ numerator: whole, denominator: int(1) }),
  }),
  runnerUp: nullable(object({ ...scored, tie: digestText })), margin: nullable(signed), models: list(object(scored)),
  obligations: setOf(word("redact", "log", "human_approval")), limits: object({ budgetMicros: nullable(whole), latencyUs: nullable(whole), coveragePpm: coverage, deadlineUs: nullable(whole) }),
  security,
  promise: object({
    perCall: object({
      deadlineUs: nullable(whole), maxOutputTokens: nullable(whole), costCapMicros: nullable(whole), outputSchemaDigest: nullable(digestText), integrity: word("sha256"),
    }),
    statistical: list(guarantee),
  }),
  control: object({ kind: word("steer", "nudge"), u: list(signed, 128, 128), energyBeforeMicros: whole, boundMicros: whole, scaled: bool }),
});
export type Chosen = Shaped<typeof chosen>;
const outcome = either(isKind("refused"), object({ kind: word("refused"), code: text() }), chosen);
const logIndex = nullable(whole);
/** certificate §3, Staleness: only what is past its bound is said. */
const stale = such(object({ confirmedMsAgo: whole, boundMs: whole }), ({ confirmedMsAgo, boundMs }) => confirmedMsAgo > boundMs, "an age above its bound");
export type Staleness = Shaped<typeof stale>;

/** certificate §3: what a decision stands on. */
export const decisionInputs = object({
  registry: object({ epoch: whole, size: whole, trie: digestText, root: digestText, logIndex, stale: optional(stale) }),
  policy: object({ version: whole, base: digestText, named: map(digestText, serviceId), digest: digestText, logIndex, stale: optional(stale) }),
  history: object({ version: whole, root: digestText, logIndex }),
});

/** certificate §3: every key, and no other. */
export const certificateShape = object({
  caioCertificate: word(1), decisionVersion: word("caio-route/1"), decisionId: digestText, seed: digestText, testKey: bool,
  now: int(0, 253_402_300_799_999), tenant: serviceId,
  inputs: decisionInputs,
  request: object({ digest: digestText, paths: commitments }),
  encoderId: token, lineage: nullable(object({ parent: digestText, excluded: list(object(pair)) })),
  detected: ascending(object({ label: token, count: int(1) }), ({ label }) => label),
  completeness: object({ revealed: nullable(whole), prefixes: list(object({ type: nullable(capabilityType), proof: list(proofNode) }), 256, 1) }),
  history: list(object({ ...pair, leaf: nullable(historyLeaf), proof: list(proofNode) })),
  fields: object({ energyMicros: whole, highEnergyMicros: whole, lowConductivityMicros: ppm, highConductivityMicros: ppm }),
  authentication, verdicts: list(verdict), outcome, proofs: list(anyJson, 6, 6),
});
export type Certificate = Shaped<typeof certificateShape>;
/** certificate §7: an entry of the log with its proof. */
export const logEntry = nullable(object({
  index: whole, proof: list(digestText, 64), entry: object({ kind: text(), tenant: nullable(serviceId), body: anyJson, prev: nullable(digestText) }),
}));
export const logShape = object({ checkpoint: text(), entries: object({ decision: logEntry, registry: logEntry, policy: logEntry, history: logEntry }) });
export type LogPart = Shaped<typeof logShape>;
/** certificate §2: the statement, its big parts still unread. */
export const statementShape = object({
  _type: word("https://in-toto.io/Statement/v1"),
  subject: list(object({ name: digestText, digest: object({ sha256: digestText }) }), 1, 1),
  predicateType: word("urn:caio:decision:v1"),
  predicate: object({
    verifier: object({ id: word("urn:caio:router") }), timeCreated: text(), certificate: anyJson,
    contracts: list(anyJson), encodings: anyJson, policies: list(anyJson), disclosed: anyJson, log: anyJson,
  }),
});
export const envelopeShape = object({
  payloadType: word("application/vnd.in-toto+json"), payload: text(), signatures: list(object({ keyid: digestText, sig: text() }), 1, 1),
});
export const encodingsShape = list(object({ service: serviceId, encoderId: short(256, 1), ints: list(signed, 128, 128) }));
export const disclosedShape = map(object({ salt: digestText, value: anyJson }));
