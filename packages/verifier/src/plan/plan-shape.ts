import { decisionInputs, disclosedShape, logEntry } from "../shape/certificate-shape.ts";
import { anyJson, either, has, int, isKind, list, nullable, object, optional, text, word, bool, type Shape, type Shaped } from "../shape/shape.ts";
import { coverage, digestText, modelId, ppm, serviceId } from "../shape/wire-shapes.ts";

const whole = int();
const signed = int(-Number.MAX_SAFE_INTEGER);
const MAX_STEPS = 32;
const place = int(0, MAX_STEPS - 1);

/** certificate §11: places of steps, each once; checked where it is read. */
export type PlanTree = number | { readonly seq: readonly PlanTree[] } | { readonly par: readonly PlanTree[] };
const branches = (name: string): Shape<readonly PlanTree[]> => (value) => list(planTree, MAX_STEPS, 1)(value)?.replace(/^/, `/${name}`);
const planTree: Shape<PlanTree> = (value) => {
  if (typeof value === "number") return place(value);
  return has("seq")(value) ? object({ seq: branches("seq") })(value) : object({ par: branches("par") })(value);
};

const offer = object({
  service: serviceId, model: nullable(modelId), score: signed, costMicros: nullable(whole),
  bounds: list(object({ boundUs: signed, coveragePpm: coverage }), 64), availabilityMicros: ppm, accuracyMicros: ppm,
});
export type Offer = Shaped<typeof offer>;
const additive = word("budget", "coverage", "availability", "accuracy");
const proof = object({
  multipliers: list(object({ uses: list(whole, 4, 4), us: list(whole, MAX_STEPS) }), 64),
  counted: nullable(additive), order: list(place, MAX_STEPS), tree: nullable(text(/^[ctaql!.=+]{0,10000}$/, "a bound tree")),
});
export type PlanProof = Shaped<typeof proof>;
const chosen = object({
  kind: word("chosen"), claim: word("optimal", "feasible"), score: signed, gap: whole,
  selected: list(object({ service: serviceId, model: nullable(modelId), bound: nullable(whole) }), MAX_STEPS, 1),
  promise: object({ costMicros: nullable(whole), latencyUs: nullable(signed), coveragePpm: nullable(ppm), availabilityMicros: ppm, accuracyMicros: ppm }),
  proof,
});
export type PlanChosen = Shaped<typeof chosen>;
const refused = object({
  kind: word("refused"), code: text(), claim: word("impossible", "undecided"), step: nullable(place),
  broken: list(object({ limit: word("budget", "coverage", "availability", "accuracy", "latency"), allowed: whole, best: nullable(whole) }), 5),
  proof: nullable(proof),
});
export type PlanRefused = Shaped<typeof refused>;
const limits = object({ budgetMicros: nullable(whole), latencyUs: nullable(whole), coveragePpm: coverage, availabilityMicros: nullable(ppm), accuracyMicros: nullable(ppm) });
export type PlanLimits = Shaped<typeof limits>;

const outcome = either(isKind("refused"), refused, chosen);
/** A choice by itself: offers with the digests that break their ties, limits, and what was chosen. */
export const planChoiceShape = object({ tree: planTree, limits, steps: list(object({ offers: list(offer), ties: list(digestText) }), MAX_STEPS, 1), outcome });

/** certificate §11: every key, and no other. */
export const planCertificateShape = object({
  caioCertificate: word(1), decisionVersion: word("caio-plan/1"), decisionId: digestText, testKey: bool, now: int(0, 253_402_300_799_999), tenant: serviceId,
  inputs: decisionInputs,
  request: object({ digest: digestText, paths: object({ guarantees: digestText, limits: digestText, plan: digestText }) }),
  lineage: nullable(object({ parent: digestText })), tree: planTree, limits,
  steps: list(object({ decisionId: digestText, certificate: digestText, offers: list(offer) }), MAX_STEPS, 1),
  outcome,
});
/** What a choice is judged by. */
export interface PlanClaim {
  readonly tree: PlanTree;
  readonly limits: PlanLimits;
  readonly steps: readonly { readonly offers: readonly Offer[] }[];
  readonly outcome: PlanChosen | PlanRefused;
}
export type PlanCertificate = Shaped<typeof planCertificateShape>;

/** What the paths of a plan hold. */
export type NamedPlan = string | { readonly seq: readonly NamedPlan[] } | { readonly par: readonly NamedPlan[] };
const named: Shape<NamedPlan> = (value) => {
  if (typeof value === "string") return undefined;
  return has("seq")(value) ? object({ seq: list(named, MAX_STEPS, 1) })(value) : object({ par: list(named, MAX_STEPS, 1) })(value);
};
const currency = text(/^[A-Z]{3}$/, "a currency");
export const planPaths = object({
  guarantees: optional(object({ availability_micros: optional(ppm), accuracy_micros: optional(ppm) })),
  limits: optional(object({ budget_micros: optional(whole), currency: optional(currency), latency_us: optional(whole), latency_coverage_ppm: optional(coverage) })),
  plan: optional(named),
});
export type PlanPaths = Shaped<typeof planPaths>;

/** certificate §11: the statement, its big parts still unread. */
export const planStatementShape = object({
  _type: word("https://in-toto.io/Statement/v1"),
  subject: list(object({ name: digestText, digest: object({ sha256: digestText }) }), 1, 1),
  predicateType: word("urn:caio:plan:v1"),
  predicate: object({
    verifier: object({ id: word("urn:caio:router") }), timeCreated: text(), certificate: anyJson,
    steps: list(object({ certificate: anyJson, disclosed: anyJson }), MAX_STEPS, 1),
    contracts: list(anyJson), encodings: list(anyJson), policies: list(anyJson), disclosed: disclosedShape, log: anyJson,
  }),
});
export const planLogShape = object({
  checkpoint: text(), entries: object({ plan: logEntry, steps: list(logEntry, MAX_STEPS), registry: logEntry, policy: logEntry, history: logEntry }),
});
