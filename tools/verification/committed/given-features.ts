import { caioRoute } from "@caio/orchestrator";
import type { PolicySet } from "@caio/rules";
import { canonical, isObject, type Json, type JsonObject } from "@caio/verifier";

import { scoreOf } from "../../reference/score.ts";
import type { Terms, World } from "../../reference/world.ts";
import { digest, hash, objectOf, textOf } from "../bundle-writer.ts";
import { inputsWith, type CommittedWorld } from "./committed-world.ts";
import { listOf } from "./tries.ts";

const FEATURES = ["intent", "attention", "rl", "resonance"] as const;

/**
 * Where a certificate differs from the redecision of its inputs once the features are taken as it states them: verdicts as
 * the router has them, scores and choice recomputed (calculus §6), all that is said of the chosen pair as the router says it
 * where that pair is made to win, and the bound of the signal for the energy stated. Empty: it differs in attested things only
 * (the revealed group is one of them), or in commitments to paths that the door always says.
 */
export function featuresDiffer(read: CommittedWorld, redecided: JsonObject, claimed: JsonObject): string[] {
  const problems: string[] = [];
  const { world } = read;
  const same = (name: string, a: Json | undefined, b: Json | undefined): void => {
    if (canonical(a ?? null) !== canonical(b ?? null)) problems.push(name);
  };
  const skipped = ["verdicts", "outcome", ...(read.unsaid.length > 0 ? ["request"] : [])];
  const regrouped = revealed(redecided) !== revealed(claimed);
  // Which group is revealed is attested where the others are not shown (certificate §5): the pairs of both are judged alike.
  if (regrouped) {
    skipped.push("completeness", "history");
    const group = world.request.document.requirements.capabilities[Number(revealed(claimed) ?? -1)];
    const types = [...new Set((group?.anyOf ?? []).map(({ type }) => type))];
    same("revealed", listOf(objectOf(claimed["completeness"])["prefixes"]).map((prefix) => objectOf(prefix)["type"] ?? null), types);
  }
  for (const key of Object.keys({ ...redecided, ...claimed })) if (!skipped.includes(key)) same(key, redecided[key], claimed[key]);
  const verdicts = listOf(claimed["verdicts"]).map(objectOf);
  const [ours, theirs] = [listOf(redecided["verdicts"]).map(objectOf), verdicts].map((list) => list.map(withoutFeatures));
  const common = (list: readonly JsonObject[] = [], other: readonly JsonObject[] = []): JsonObject[] => list.filter((one) => one["step"] === 0 || !regrouped || other.some((two) => nameOf(two) === nameOf(one)));
  same("verdicts", common(ours, theirs), common(theirs, ours));
  for (const verdict of (theirs ?? []).filter((one) => !common(theirs, ours).includes(one))) same("verdicts", verdict, withoutGroup(world, verdict));
  for (const [at, verdict] of verdicts.entries()) {
    if (!isObject(verdict["terms"])) continue;
    const terms = { ...verdict["terms"], prefer: verdict["prefer"] } as unknown as Terms;
    const score = scoreOf(terms, { base: world.policy.base } as Parameters<typeof scoreOf>[1]);
    if (Number(score) !== verdict["score"]) problems.push(`score ${String(at)}`);
    problems.push(...groundless(world, verdict));
  }
  const outcome = objectOf(claimed["outcome"]);
  same("kind", objectOf(redecided["outcome"])["kind"], outcome["kind"]);
  if (problems.length > 0) return problems;
  if (outcome["kind"] !== "chosen") {
    same("outcome", redecided["outcome"], outcome);
    return problems;
  }
  const choice = choiceOf(claimed, verdicts, world.policy.base);
  for (const [name, value] of Object.entries(choice)) same(name, value, name in objectOf(outcome["selected"]) ? objectOf(outcome["selected"])[name] : outcome[name]);
  const forced = objectOf(won(read, objectOf(outcome["selected"]))["outcome"]);
  for (const name of ["limits", "obligations", "security", "promise"]) same(name, forced[name], outcome[name]);
  for (const name of ["service", "model", "route", "contractDigest"]) same(name, objectOf(forced["selected"])[name], objectOf(outcome["selected"])[name]);
  const control = objectOf(outcome["control"]);
  if (control["boundMicros"] !== boundOf(Number(control["energyBeforeMicros"]), world.policy.base)) problems.push("control.boundMicros");
  if (Number(control["boundMicros"]) ** 2 < listOf(control["u"]).reduce<number>((sum, part) => sum + Number(part) ** 2, 0)) problems.push("control.u");
  return problems;
}

/** Features that are not 0 where there is nothing to compute them from. */
function groundless({ history, request }: World, verdict: JsonObject): string[] {
  const { rl, resonance, attention } = objectOf(verdict["terms"]);
  const leaf = history.leaves.find(({ service, model }) => service === verdict["service"] && model === verdict["model"]);
  return [
    ...(rl !== 0 && leaf?.learned === undefined ? ["rl"] : []), ...(resonance !== 0 && leaf?.memory === undefined ? ["resonance"] : []),
    ...(attention !== 0 && request.document.context.length === 0 ? ["attention"] : []),
  ];
}

/** The verdict of a pair that has no key under the group of fewest keys: it cannot offer it. */
function withoutGroup({ services, history, request }: World, { service = null, model = null }: JsonObject): JsonObject {
  const isPair = (pair: { readonly service: string; readonly model: string | null }): boolean => pair.service === service && pair.model === model;
  const drains = services.some(({ contract, draining }) => contract.serviceId === service && draining);
  const ill = drains || history.leaves.some((leaf) => isPair(leaf) && leaf.health === "unhealthy");
  const excluded = (request.lineage?.excluded ?? []).some(isPair);
  return { service, model, step: 1, clause: excluded ? "excluded" : ill ? "health" : "capabilities" };
}

function revealed(certificate: JsonObject): Json {
  return objectOf(certificate["completeness"])["revealed"] ?? null;
}

function nameOf({ service, model }: JsonObject): string {
  return canonical([service ?? null, model ?? null]);
}

function withoutFeatures(verdict: JsonObject): JsonObject {
  const { terms } = verdict;
  if (!isObject(terms)) return verdict;
  return { ...verdict, score: null, terms: Object.fromEntries(Object.entries(terms).filter(([name]) => !FEATURES.some((feature) => feature === name))) };
}

/** The choice that follows from stated scores (calculus §6). */
function choiceOf(claimed: JsonObject, verdicts: readonly JsonObject[], { exploration }: PolicySet): JsonObject {
  const [seed, request] = [claimed["seed"] ?? null, objectOf(claimed["request"])["digest"] ?? null];
  const admitted = verdicts
    .filter(({ step }) => step === 0)
    .map(({ service = null, model = null, score }) => ({ service, model, score: Number(score), tie: digest(["caio-tie-v1", seed, request, service, model]) }));
  const ranked = [...admitted].sort((a, b) => b.score - a.score || (a.tie < b.tie ? -1 : 1));
  const [greedy] = ranked;
  if (greedy === undefined) return {};
  const near = admitted.filter(({ score }) => BigInt(score) >= BigInt(greedy.score) - 1_000_000n * BigInt(exploration.maxLossMicros));
  const lots = hash(Buffer.from(canonical(["caio-explore-v1", seed, request])));
  const drawn = exploration.epsilonPpm > 0 && lots.readUIntBE(0, 6) % 1_000_000 < exploration.epsilonPpm;
  const chosen = drawn ? (near[lots.readUIntBE(6, 6) % near.length] ?? greedy) : greedy;
  const next = ranked.find((pair) => pair !== chosen) ?? null;
  const numerator = exploration.epsilonPpm + (chosen === greedy ? (1_000_000 - exploration.epsilonPpm) * near.length : 0);
  return {
    ...chosen, drawn, propensity: { numerator, denominator: 1_000_000 * near.length },
    runnerUp: next, margin: next === null ? null : chosen.score - next.score,
    models: ranked.map(({ service, model, score }) => ({ service, model, score })),
  };
}

/** The router's certificate where a pair wins for no reason: what it says of the pair does not hang on the scores. */
function won(read: CommittedWorld, { service, model }: JsonObject): JsonObject {
  const { world } = read;
  const { base } = world.policy;
  const pair = model === null || model === undefined ? "!has(model.id)" : `has(model.id) && model.id == ${JSON.stringify(textOf(model))}`;
  const favour = { id: "zz-forced", priority: -1_000_000, reason: "forced", effect: { kind: "prefer" as const, condition: `service.id == ${JSON.stringify(textOf(service))} && ${pair}`, amountMicros: 1_000_000 } };
  const weights = Object.fromEntries(Object.keys(base.weights).map((name) => [name, 0])) as unknown as PolicySet["weights"];
  const rules = [...base.rules.map((rule) => (rule.effect.kind === "prefer" ? { ...rule, effect: { ...rule.effect, amountMicros: 0 } } : rule)), favour];
  const forced = { ...base, weights, rules, exploration: { ...base.exploration, epsilonPpm: 0 } };
  const inputs = inputsWith(read.inputs(), { ...world.policy, base: forced });
  return JSON.parse(JSON.stringify(caioRoute(world.request, inputs).certificate)) as JsonObject;
}

/** The most that ‖u‖ may be for an energy (certificate §3). */
function boundOf(energy: number, { control }: PolicySet): number {
  if (energy >= control.eMaxMicros) return 0;
  const scaled = (micros: number): bigint => 2n * 10n ** 18n * BigInt(micros);
  const top = floorRoot(scaled(control.eMaxMicros));
  const floor = floorRoot(scaled(energy));
  const bottom = floor * floor === scaled(energy) ? floor : floor + 1n;
  const bound = (top - bottom) / BigInt(control.intervalMicros);
  return bound <= 0n ? 0 : Math.min(Number(bound), Number.MAX_SAFE_INTEGER);
}

function floorRoot(n: bigint): bigint {
  let [low, high] = [0n, 1n << BigInt(n.toString(2).length / 2 + 1 | 0)];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle * middle <= n) low = middle;
    else high = middle - 1n;
  }
  return low;
}
