import { utf8 } from "../bytes/bytes.ts";
import { sha256 } from "../bytes/sha256.ts";
import { refinesType } from "../calculus/matching.ts";
import { worstCost } from "../calculus/limits.ts";
import { obligationsOf } from "../calculus/rules.ts";
import { outputTokens, type Pair, type Scene } from "../calculus/scene.ts";
import { controlBound } from "../calculus/score.ts";
import { securityRecords, security as predicates } from "../calculus/security.ts";
import { canonical, type Json } from "../json/json.ts";
import type { Admitted, Chosen, Verdict } from "../shape/certificate-shape.ts";
import { digestOf } from "./material.ts";
import { proofObjects } from "./proof-objects.ts";
import type { Checks } from "./report.ts";

const CODES: Readonly<Record<string, string>> = {
  safety: "SafetyViolation", policy: "PolicyViolation", traits: "TraitViolation", budget: "BudgetExceeded", latency: "LatencyExceeded",
};

/** The outcome follows from the verdicts: the choice and all that is said of it, or the code of the refusal. */
export function checkOutcome(scene: Scene, pairs: readonly Pair[], checks: Checks): void {
  const { outcome, verdicts, proofs } = scene.certificate;
  checks.equal("proofs.text", proofs, () => proofObjects(outcome.kind));
  const admitted = verdicts.filter((verdict): verdict is Admitted => "terms" in verdict);
  if (outcome.kind === "refused") {
    checks.equal("outcome.code", outcome.code, () => (admitted.length > 0 ? "none, for a pair is admitted" : refusalCode(verdicts)));
    return;
  }
  const pair = pairs.find(({ service, model }) => service === outcome.selected.service && model === outcome.selected.model);
  const known = pair !== undefined && admitted.some((verdict) => isPair(verdict, outcome.selected));
  checks.add("choice.selected", known ? undefined : "the chosen pair is not admitted");
  if (!known) return;
  checkChoice(scene, admitted, outcome, checks);
  checkChosen(scene, pair, outcome, checks);
}

function refusalCode(verdicts: readonly Verdict[]): string {
  const deepest = Math.max(1, ...verdicts.map(({ step }) => step));
  if (deepest < 4) return ["NoMatchingService", "RuleViolation", "SecurityViolation"][deepest - 1] ?? "";
  return CODES[Object.keys(CODES).find((name) => verdicts.some((verdict) => "clause" in verdict && verdict.step === 4 && verdict.clause === name)) ?? ""] ?? "";
}

function isPair(a: { readonly service: string; readonly model: string | null }, b: { readonly service: string; readonly model: string | null }): boolean {
  return a.service === b.service && a.model === b.model;
}

/** Scores, ties, the draw and what is said of them (calculus §6). */
function checkChoice({ certificate, base }: Scene, admitted: readonly Admitted[], outcome: Chosen, checks: Checks): void {
  const { seed, request } = certificate;
  const ranked = admitted
    .map(({ service, model, score }) => ({ service, model, score, tie: digestOf(["caio-tie-v1", seed, request.digest, service, model]) }))
    .sort((a, b) => b.score - a.score || (a.tie < b.tie ? -1 : 1));
  const [greedy] = ranked;
  if (greedy === undefined) return;
  const { epsilon_ppm: epsilon, max_loss_micros: loss } = base.exploration;
  const close = admitted.filter(({ score }) => BigInt(score) >= BigInt(greedy.score) - BigInt(loss) * 1_000_000n);
  const bytes = sha256(utf8(canonical(["caio-explore-v1", seed, request.digest])));
  const six = (from: number): number => bytes.subarray(from, from + 6).reduce((value, byte) => value * 256 + byte, 0);
  const drawn = epsilon > 0 && six(0) % 1_000_000 < epsilon;
  const winner = drawn ? (close[six(6) % close.length] ?? greedy) : greedy;
  const { selected, runnerUp, margin, models } = outcome;
  const own = ranked.find((pair) => isPair(pair, selected)) ?? greedy;
  const second = ranked.find((pair) => pair !== own) ?? null;
  const best = isPair(greedy, selected) ? 1_000_000 - epsilon : 0;
  checks.add("choice.first", isPair(selected, winner) ? undefined : `${drawn ? "the draw" : "the order"} gives ${winner.service} ${winner.model ?? ""}`);
  checks.equal("choice.score", selected.score, () => own.score);
  checks.equal("choice.tie", selected.tie, () => own.tie);
  checks.equal("choice.drawn", selected.drawn, () => drawn);
  checks.equal("choice.propensity", selected.propensity, () => ({ numerator: best * close.length + epsilon, denominator: 1_000_000 * close.length }));
  checks.equal("choice.runner_up", runnerUp, () => second);
  checks.equal("choice.margin", margin, () => (second === null ? null : own.score - second.score));
  checks.equal("choice.models", models, () => ranked.map(({ service, model, score }) => ({ service, model, score })));
}

/** What is said of the chosen pair beyond its score (certificate §3, §8, §9). */
function checkChosen(scene: Scene, pair: Pair, outcome: Chosen, checks: Checks): void {
  const { selected, limits, security, obligations, promise, control } = outcome;
  checks.equal("choice.route", selected.route, () => pair.contract.metadata.route ?? "external");
  checks.equal("choice.contract", selected.contractDigest, () => digestOf(pair.contract));
  checks.equal("outcome.obligations", obligations, () => obligationsOf(scene));
  checks.members("outcome.limits", limits, {
    budgetMicros: () => scene.limits().budget, latencyUs: () => scene.limits().latency, coveragePpm: () => scene.limits().coverage, deadlineUs: () => scene.limits().deadline,
  });
  const records = securityRecords(scene, pair);
  for (const [at, [name]] of predicates.entries()) checks.members(`security.${name}`, security[at] ?? {}, records[at] ?? {});
  const { perCall, statistical } = promise;
  checks.equal("promise.deadline", perCall.deadlineUs, () => scene.limits().deadline);
  checks.equal("promise.tokens", perCall.maxOutputTokens, () => outputTokens(scene, pair));
  checks.equal("promise.cost", perCall.costCapMicros, () => {
    const cost = worstCost(scene, pair);
    return typeof cost === "number" ? cost : null;
  });
  checks.equal("promise.schema", perCall.outputSchemaDigest, () => schemaDigest(scene, pair));
  checks.equal("promise.statistical", statistical, () => promisesOf(pair));
  checks.equal("control.bound", control.boundMicros, () => controlBound(control.energyBeforeMicros, scene.base));
  const power = control.u.reduce((sum, part) => sum + BigInt(part) * BigInt(part), 0n);
  checks.add("control.signal", power <= BigInt(control.boundMicros) ** 2n ? undefined : "the signal is above its bound", "attested");
}

/** The digest of the output schema of the endpoint that serves the request (certificate §9); the types that are revealed are those of its group. */
function schemaDigest({ certificate }: Scene, { contract: { api } }: Pair): string | null {
  const { prefixes } = certificate.completeness;
  const serves = (capability: string | undefined): boolean => capability === undefined || prefixes.some(({ type }) => type === null || refinesType(capability, type));
  const schema = api.endpoints.find(({ capability }) => serves(capability))?.output_schema;
  return schema === undefined ? null : digestOf(schema);
}

/** The pair's guarantees; measured promises of a property stand for the declared ones. */
function promisesOf({ guarantees, leaf }: Pair): Json {
  const measured = leaf?.promises ?? [];
  return [...guarantees.filter(({ property }) => !measured.some((promise) => promise.property === property)), ...measured];
}
