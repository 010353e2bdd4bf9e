import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { pairsOf, type Pair } from "../src/calculus/scene.ts";
import { canonical, type Check, type Json } from "../src/index.ts";
import { checkOutcome } from "../src/report/outcome.ts";
import { proofObjects } from "../src/report/proof-objects.ts";
import { Checks } from "../src/report/report.ts";
import type { Certificate, Chosen, Verdict } from "../src/shape/certificate-shape.ts";
import type { Contract, Guarantee, Policy } from "../src/shape/wire-shapes.ts";
import { failing, house, leafOf, plain, rule, sceneOf, type SceneTerms } from "./support/decision-scene.ts";

const ONE = 1_000_000;
const requestDigest = "6d".repeat(32);
/** SHA-256 of a canonical text, by the platform. */
const hash = (value: Json): Buffer => createHash("sha256").update(canonical(value)).digest();

type Name = Pick<Pair, "service" | "model">;
const latency = (max_us: number): Guarantee => ({ property: "latency", coverage_ppm: ONE, bound: { max_us } });
const contractA: Contract = { ...plain, metadata: { tags: [], route: "internal" } };
const contractB: Contract = { ...plain, service_id: "b", models: [{ id: "m", max_output_tokens: 5 }, { id: "n" }], guarantees: [latency(7), { ...latency(9), property: "time_to_first_token" }] };
const pairs = [...pairsOf(contractA), ...pairsOf(contractB)];
const [a, bm, bn] = pairs;
if (a === undefined || bm === undefined || bn === undefined) throw new Error("There are three pairs.");
const nameOf = ({ service, model }: Name): Name => ({ service, model });
/** In pico, in the order of the pairs: two are equal. */
const scores = [10, 30, 30].map((micros) => micros * ONE);
const scored = (pair: Name): Name & { readonly score: number } => ({ ...nameOf(pair), score: scores[pairs.findIndex(({ service, model }) => service === pair.service && model === pair.model)] ?? 0 });

const seedOf = (number: number): string => number.toString(16).padStart(64, "0");
const tieOf = (seed: string, { service, model }: Name): string => hash(["caio-tie-v1", seed, requestDigest, service, model]).toString("hex");
/** The lot of a seed: what is held against epsilon, and the place it falls on. */
const lotOf = (seed: string): readonly [number, number] => {
  const bytes = hash(["caio-explore-v1", seed, requestDigest]);
  return [bytes.readUIntBE(0, 6) % ONE, bytes.readUIntBE(6, 6)];
};
/** The first seed for which something holds. */
const seedFor = (wanted: (seed: string) => boolean): string => Array.from({ length: 1_000 }, (_none, at) => seedOf(at)).find(wanted) ?? "";
/** A seed by which b/n comes before b/m, against the order of their names. */
const seed = seedFor((each) => tieOf(each, bn) < tieOf(each, bm));

const records = [
  { clause: "authentication", method: "local", alg: null, keyId: null, exp: null, nbf: null }, { clause: "authorization", public: true, match: "any", required: [], matched: [] },
  { clause: "privacy", basis: "not_sensitive", mode: "strict", sensitive: [] }, { clause: "trust", required: 0 }, { clause: "access", tenant: "open", region: "unsaid", route: "any" },
] as const;
/** What follows from a choice of b/n among the three, by calculus §6 and certificate §3, §8, §9. */
const honest = {
  kind: "chosen",
  selected: { ...scored(bn), tie: tieOf(seed, bn), drawn: false, route: "external", contractDigest: hash(contractB).toString("hex"), propensity: { numerator: 2 * ONE, denominator: 2 * ONE } },
  runnerUp: { ...scored(bm), tie: tieOf(seed, bm) }, margin: 0, models: [scored(bn), scored(bm), scored(a)],
  obligations: [], limits: { budgetMicros: null, latencyUs: null, coveragePpm: 950_000, deadlineUs: null }, security: records,
  promise: { perCall: { deadlineUs: null, maxOutputTokens: null, costCapMicros: null, outputSchemaDigest: null, integrity: "sha256" }, statistical: contractB.guarantees },
  control: { kind: "steer", u: [2 * ONE], energyBeforeMicros: 0, boundMicros: 2 * ONE, scaled: false },
} as unknown as Chosen;

interface Case extends SceneTerms {
  readonly seed?: string;
  readonly outcome?: object;
  readonly exploration?: Policy["exploration"];
  readonly verdicts?: readonly Verdict[];
  readonly of?: readonly Pair[];
  readonly prefixes?: readonly { readonly type: string | null }[];
  readonly proofs?: Json;
}

const admitted: readonly Verdict[] = [a, bm, bn].map((pair) => ({ ...scored(pair), step: 0, terms: {}, residuals: {}, prefer: 0 }) as unknown as Verdict);
const rejected = (step: number, clause: string, { service, model }: Name = a): Verdict => ({ service, model, step, clause }) as Verdict;

function checksOf(change: Case = {}): readonly Check[] {
  const { outcome = honest, exploration = house.exploration, verdicts = admitted, of = pairs, prefixes = [{ type: null }], proofs, ...terms } = change;
  const checks = new Checks();
  const kind = "code" in outcome ? "refused" : "chosen";
  const certificate = { seed: change.seed ?? seed, request: { digest: requestDigest, paths: {} }, completeness: { revealed: null, prefixes }, verdicts, outcome, proofs: proofs ?? proofObjects(kind), authentication: records[0] };
  checkOutcome(sceneOf({ ...terms, base: { exploration, ...terms.base }, certificate: certificate as unknown as Partial<Certificate> }), of, checks);
  return checks.report().checks;
}
/** The checks that refuse an outcome with parts of it changed. */
const refusing = (outcome: object, change: Case = {}): readonly string[] => failing(checksOf({ ...change, outcome: { ...honest, ...outcome } }));
const selected = (change: object): object => ({ selected: { ...honest.selected, ...change } });
const perCall = (change: object): object => ({ promise: { ...honest.promise, perCall: { ...honest.promise.perCall, ...change } } });

describe("what is claimed of a choice", () => {
  it("stands where it follows, each claim by a check of its own", () => {
    expect(failing(checksOf())).toEqual([]);
    expect(checksOf().map(({ name }) => name)).toEqual([
      "proofs.text", "choice.selected", "choice.first", "choice.score", "choice.tie", "choice.drawn", "choice.propensity", "choice.runner_up", "choice.margin", "choice.models",
      "choice.route", "choice.contract", "outcome.obligations", "outcome.limits", "security.authentication", "security.authorization", "security.privacy", "security.trust", "security.access",
      "promise.deadline", "promise.tokens", "promise.cost", "promise.schema", "promise.statistical", "control.bound", "control.signal",
    ]);
    expect(checksOf().filter(({ standing }) => standing !== "proved").map(({ name, standing }) => [name, standing])).toEqual([["control.signal", "attested"]]);
  });

  it.each<[string, object]>([
    ["choice.score", selected({ score: 31 * ONE })], ["choice.tie", selected({ tie: "00".repeat(32) })], ["choice.drawn", selected({ drawn: true })], ["choice.route", selected({ route: "internal" })],
    ["choice.propensity", selected({ propensity: { numerator: 1, denominator: 1 } })], ["choice.contract", selected({ contractDigest: hash(contractA).toString("hex") })],
    ["choice.runner_up", { runnerUp: null }], ["choice.runner_up", { runnerUp: { ...scored(a), tie: tieOf(seed, a) } }], ["choice.margin", { margin: 1 }], ["choice.margin", { margin: null }],
    ["choice.models", { models: [scored(bm), scored(bn), scored(a)] }], ["choice.models", { models: [scored(bn), scored(bm)] }],
    ["outcome.obligations", { obligations: ["log"] }], ["promise.statistical", { promise: { ...honest.promise, statistical: [] } }],
    ...(["deadlineUs", "maxOutputTokens", "costCapMicros"] as const).map((name, at): [string, object] => [`promise.${["deadline", "tokens", "cost"][at] ?? ""}`, perCall({ [name]: 1 })]),
    ["promise.schema", perCall({ outputSchemaDigest: "00".repeat(32) })],
    ...Object.keys(honest.limits).map((name): [string, object] => ["outcome.limits", { limits: { ...honest.limits, [name]: 1 } }]),
    ...records.flatMap((record, at) => Object.keys(record).map((name): [string, object] => [`security.${record.clause}`, { security: records.map((each, place) => (place === at ? { ...each, [name]: "x" } : each)) }])),
  ])("%s refuses %j", (name, change) => {
    expect(refusing(change)).toEqual([name]);
  });

  it("is of the proof objects of its kind, to the letter", () => {
    expect(failing(checksOf({ proofs: proofObjects("refused") }))).toEqual(["proofs.text"]);
    expect(failing(checksOf({ verdicts: [], of: [], outcome: { kind: "refused", code: "NoMatchingService" }, proofs: proofObjects("chosen") }))).toEqual(["proofs.text"]);
  });

  it("is of a pair that is admitted, and of nothing more where it is not", () => {
    const [first, second] = admitted;
    if (first === undefined || second === undefined) throw new Error("There are verdicts.");
    const names = (change: Case): readonly string[] => checksOf(change).map(({ name, verdict }) => `${verdict} ${name}`);
    const refused = ["pass proofs.text", "fail choice.selected"];
    const c = { ...a, service: "c" };
    expect(names({ verdicts: [...admitted, rejected(1, "health", c)], of: [...pairs, c], outcome: { ...honest, ...selected({ service: "c", model: null }) } })).toEqual(refused);
    expect([names({ verdicts: [first, second, rejected(1, "health", bn)] }), names({ of: [a, bm] }), names({ outcome: { ...honest, ...selected({ model: "o" }) } }), names({ outcome: { ...honest, ...selected({ service: "a" }) } })]).toEqual([refused, refused, refused, refused]);
  });
});

describe("the choice (calculus §6)", () => {
  it("is the first by score, then by tie", () => {
    expect([refusing(selected({ ...scored(bm), tie: tieOf(seed, bm) })), refusing(selected({ ...scored(a), tie: tieOf(seed, a), route: "internal" }))].map((names) => names.includes("choice.first"))).toEqual([true, true]);
    const other = seedFor((each) => tieOf(each, bm) < tieOf(each, bn));
    expect(failing(checksOf({ seed: other })).filter((name) => name === "choice.first")).toEqual(["choice.first"]);
  });

  it("alone has no runner-up and no margin", () => {
    const alone: Case = { verdicts: [rejected(1, "health"), rejected(1, "health", bm), ...admitted.slice(2)] };
    const single = { runnerUp: null, margin: null, models: [scored(bn)], ...selected({ propensity: { numerator: ONE, denominator: ONE } }) };
    expect([refusing(single, alone), refusing({ ...single, margin: 0 }, alone), refusing({ ...single, runnerUp: { ...scored(bm), tie: tieOf(seed, bm) } }, alone)]).toEqual([[], ["choice.margin"], ["choice.runner_up"]]);
  });

  it("has a margin over the runner-up, which may be above it when it was drawn", () => {
    const two: Case = { verdicts: [...admitted.slice(0, 1), rejected(1, "health", bm), ...admitted.slice(2)] };
    const over = { runnerUp: { ...scored(a), tie: tieOf(seed, a) }, margin: 20 * ONE, models: [scored(bn), scored(a)], ...selected({ propensity: { numerator: ONE, denominator: ONE } }) };
    expect([refusing(over, two), refusing({ ...over, margin: -20 * ONE }, two)]).toEqual([[], ["choice.margin"]]);
    // All are within 20 of the best, and every lot is drawn.
    const wide = { epsilon_ppm: ONE, max_loss_micros: 20 };
    const low = seedFor((each) => lotOf(each)[1] % 2 === 0);
    const drawn = { ...selected({ ...scored(a), tie: tieOf(low, a), drawn: true, route: "internal", contractDigest: hash(contractA).toString("hex"), propensity: { numerator: ONE, denominator: 2 * ONE } }), runnerUp: { ...scored(bn), tie: tieOf(low, bn) }, margin: -20 * ONE, models: [scored(bn), scored(a)], promise: { ...honest.promise, statistical: [] } };
    expect(refusing(drawn, { ...two, exploration: wide, seed: low })).toEqual([]);
    expect(refusing(drawn, { ...two, exploration: { ...wide, max_loss_micros: 19 }, seed: low })).toEqual(["choice.first", "choice.propensity"]);
  });

  it("is drawn where the lot is below epsilon, and never without one", () => {
    const [lot] = lotOf(seed);
    const drawn = (epsilon_ppm: number): boolean => !refusing(selected({ drawn: true }), { exploration: { epsilon_ppm, max_loss_micros: 0 } }).includes("choice.drawn");
    expect([drawn(0), drawn(lot), drawn(lot + 1)]).toEqual([false, false, true]);
    const nothing = { epsilon_ppm: 0, max_loss_micros: 1_000 };
    expect(refusing(selected({ propensity: { numerator: 3 * ONE, denominator: 3 * ONE } }), { exploration: nothing })).toEqual([]);
  });

  it("falls on the pair at the lot's place among those close to the best, in the order of their names", () => {
    const exploration = { epsilon_ppm: 250_000, max_loss_micros: 19 };
    for (const place of [0, 1]) {
      // b/n is the greedy one, and the lot falls on b/m, or on b/n itself.
      const drawing = seedFor((each) => tieOf(each, bn) < tieOf(each, bm) && lotOf(each)[0] < 250_000 && lotOf(each)[1] % 2 === place);
      const [winner, other] = place === 0 ? [bm, bn] : [bn, bm];
      const numerator = place === 0 ? 250_000 : 2 * 750_000 + 250_000;
      const outcome = { ...selected({ ...scored(winner), tie: tieOf(drawing, winner), drawn: true, propensity: { numerator, denominator: 2 * ONE } }), runnerUp: { ...scored(other), tie: tieOf(drawing, other) }, ...(place === 0 && perCall({ maxOutputTokens: 5 })) };
      expect(refusing(outcome, { exploration, seed: drawing }), String(place)).toEqual([]);
      expect(refusing({ ...outcome, ...selected({ ...scored(other), drawn: true }) }, { exploration, seed: drawing })).toContain("choice.first");
    }
    const three = seedFor((each) => tieOf(each, bn) < tieOf(each, bm) && lotOf(each)[0] < 250_000 && lotOf(each)[1] % 3 === 2 && lotOf(each)[1] % 2 === 0);
    expect(refusing({ ...selected({ tie: tieOf(three, bn), drawn: true, propensity: { numerator: 3 * 750_000 + 250_000, denominator: 3 * ONE } }), runnerUp: { ...scored(bm), tie: tieOf(three, bm) } }, { seed: three, exploration: { ...exploration, max_loss_micros: 20 } })).toEqual([]);
  });
});

describe("what is said of the chosen pair (certificate §3, §8, §9)", () => {
  const only = (pair: Pair): Case => ({ of: [a, bm, pair] });

  it("its route, limits, obligations, cost and tokens are those in force", () => {
    expect(refusing(selected({ route: "internal" }), only({ ...bn, contract: { ...contractB, metadata: { tags: [], route: "internal" } } }))).toEqual(["choice.contract"]);
    const said = { "limits.budget_micros": 4, "limits.latency_us": 5, "limits.deadline_us": 6, "size.max_output_tokens": 3 } as const;
    const cost = { model: "per_request", currency: "USD", base_pico: 2_000_000, input_token_pico: 0, output_token_pico: 0, second_pico: 0 } as const;
    const told = { limits: { budgetMicros: 4, latencyUs: 5, coveragePpm: 950_000, deadlineUs: 6 }, ...perCall({ deadlineUs: 6, maxOutputTokens: 3, costCapMicros: 2 }), obligations: ["log"] };
    expect(refusing(told, { said, ...only({ ...bn, cost }), rules: [rule("r", { kind: "oblige", obligations: ["log"] })] })).toEqual([]);
    expect(refusing(perCall({ costCapMicros: 0 }), only({ ...bn, cost: { ...cost, currency: "XTS" } }))).toEqual(["promise.cost"]);
  });

  it("its output schema is that of the first endpoint that serves what was asked", () => {
    const [schema, other] = [{ type: "object" }, { type: "string" }];
    const claims = (endpoints: Contract["api"]["endpoints"], digest: string | null, types: readonly (string | null)[] = [null]): boolean =>
      !refusing(perCall({ outputSchemaDigest: digest }), { ...only({ ...bn, contract: { ...contractB, api: { protocol: "http", endpoints: [...endpoints] } } }), prefixes: types.map((type) => ({ type })) }).includes("promise.schema");
    const digest = hash(schema).toString("hex");
    expect([claims([{ output_schema: schema }], digest), claims([{ output_schema: other }], digest), claims([{ output_schema: schema }], null), claims([{}], null), claims([{}, { output_schema: schema }], null)]).toEqual([true, false, false, true, true]);
    const typed = [{ capability: "x", output_schema: other }, { capability: "a.b", output_schema: schema }];
    expect([claims(typed, digest, ["a"]), claims(typed, digest, ["y", "a.b"]), claims(typed, digest, ["a.b.c"]), claims(typed, null, ["a.b.c"]), claims(typed, digest, [null]), claims(typed, hash(other).toString("hex"), [null]), claims([{ output_schema: schema }, ...typed], digest, ["x"])]).toEqual([true, true, false, true, false, true, true]);
  });

  it("its promises are the declared ones, but of what was measured the measured ones", () => {
    const measured = [latency(8)];
    const statistical = [{ ...latency(9), property: "time_to_first_token" }, latency(8)];
    expect(refusing({ promise: { ...honest.promise, statistical } }, only({ ...bn, leaf: leafOf({ promises: measured }) }))).toEqual([]);
    expect(refusing({}, only({ ...bn, leaf: leafOf({}) }))).toEqual([]);
  });

  it("its control is within its bound, which follows", () => {
    const control = (change: object): readonly string[] => refusing({ control: { ...honest.control, ...change } });
    expect([control({ u: [-2 * ONE] }), control({ u: [2 * ONE, 1] }), control({ u: [1_414_213, 1_414_213] }), control({ u: [1_414_214, 1_414_214] })]).toEqual([[], ["control.signal"], [], ["control.signal"]]);
    expect([control({ boundMicros: 2 * ONE + 1 }), control({ energyBeforeMicros: 500_000 })]).toEqual([["control.bound"], ["control.bound"]]);
    expect(control({ energyBeforeMicros: 500_000, boundMicros: ONE, u: [ONE] })).toEqual([]);
  });
});

describe("a refusal (calculus §1)", () => {
  const code = (verdicts: readonly Verdict[], claimed: string): boolean => failing(checksOf({ verdicts, outcome: { kind: "refused", code: claimed } })).length === 0;
  const codes = ["NoMatchingService", "RuleViolation", "SecurityViolation", "SafetyViolation", "PolicyViolation", "TraitViolation", "BudgetExceeded", "LatencyExceeded"];
  const codeOf = (...verdicts: readonly Verdict[]): readonly string[] => codes.filter((each) => code(verdicts, each));

  it("is named after the deepest step that a pair reached", () => {
    expect([codeOf(), codeOf(rejected(1, "health")), codeOf(rejected(1, "health"), rejected(2, "rule:r")), codeOf(rejected(3, "trust"), rejected(2, "rule:r"))]).toEqual([["NoMatchingService"], ["NoMatchingService"], ["RuleViolation"], ["SecurityViolation"]]);
  });

  it("and at limits after the earliest clause", () => {
    const limits = ["safety", "policy", "traits", "budget", "latency"];
    for (const [at, clause] of limits.entries()) {
      expect(codeOf(rejected(4, clause), rejected(1, "health", bm))).toEqual([codes[at + 3]]);
      expect(codeOf(...limits.slice(at).reverse().map((each) => rejected(4, each)))).toEqual([codes[at + 3]]);
    }
    expect([codeOf(rejected(4, "latency"), rejected(3, "safety")), codeOf(rejected(4, "nothing"))]).toEqual([["LatencyExceeded"], []]);
  });

  it("is none where a pair is admitted", () => {
    for (const each of codes) expect(code(admitted, each)).toBe(false);
    expect(checksOf({ outcome: { kind: "refused", code: "NoMatchingService" } }).map(({ name }) => name)).toEqual(["proofs.text", "outcome.code"]);
  });
});
