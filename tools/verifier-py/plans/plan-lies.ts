import { canonical, type Json, type JsonObject } from "@caio/verifier";

import { digest, hash, objectOf, textOf } from "../../verification/bundle-writer.ts";
import type { Dice } from "../../worlds/random/dice.ts";
import { listOf, type PlanMaterial } from "./plan-statement.ts";

/** A plan's predicate with one change. */
export interface PlanChange {
  readonly material: PlanMaterial;
  readonly name: string;
}

const MEMBERS = { budget_micros: "budgetMicros", latency_us: "latencyUs", latency_coverage_ppm: "coveragePpm", availability_micros: "availabilityMicros", accuracy_micros: "accuracyMicros" } as const;
const ONE = 1_000_000;

/** Other limits of the whole, committed to and stated as if the caller had asked for them: what was chosen under the old ones need not hold. */
export function otherLimits(material: PlanMaterial, dice: Dice): PlanChange {
  const member = dice.pick(Object.keys(MEMBERS) as (keyof typeof MEMBERS)[]);
  const path = member.startsWith("a") ? "guarantees" : "limits";
  const certificate = objectOf(material["certificate"]);
  const disclosed = objectOf(material["disclosed"]);
  const { salt = "", value: said = {} } = objectOf(disclosed[path]);
  const [before, most] = [objectOf(said)[member], member === "budget_micros" || member === "latency_us" ? 1_000_000_000 : ONE];
  const other = dice.chance(10) ? null : Math.max(1, Math.min(most, drawn(typeof before === "number" ? before : undefined, most, dice)));
  const value: JsonObject = { ...Object.fromEntries(Object.entries(objectOf(said)).filter(([name]) => name !== member)), ...(other === null ? {} : { [member]: other }) };
  const request = objectOf(certificate["request"]);
  const paths = { ...objectOf(request["paths"]), [path]: hash(Buffer.concat([Buffer.of(4), Buffer.from(textOf(salt), "hex"), Buffer.from(canonical(value))])).toString("hex") };
  const limits = { ...objectOf(certificate["limits"]), [MEMBERS[member]]: other ?? (member === "latency_coverage_ppm" ? 950_000 : null) };
  return {
    material: { ...material, disclosed: { ...disclosed, [path]: { salt, value } }, certificate: { ...certificate, limits, request: { digest: digest(paths), paths } } },
    name: `${member} ${canonical(before ?? null)} to ${String(other)}`,
  };
}

function drawn(before: number | undefined, most: number, dice: Dice): number {
  if (before === undefined) return dice.int(1, most);
  return dice.pick([before - 1, before + 1, Math.floor(before * 0.9), Math.floor(before * 0.99), Math.floor(before * 1.02), Math.floor(before * 1.2), most]);
}

/** Another pair or bound for some steps, with the score and the promise that follow: a plan that keeps the limits or not, and that comes after. */
export function otherChoice(material: PlanMaterial, dice: Dice): PlanChange | undefined {
  const certificate = objectOf(material["certificate"]);
  const outcome = objectOf(certificate["outcome"]);
  if (outcome["kind"] !== "chosen") return undefined;
  const timed = objectOf(certificate["limits"])["latencyUs"] !== null;
  const before = listOf(outcome["selected"]).map(objectOf);
  const moved = new Set(dice.several([...before.keys()], 30));
  const picked = listOf(certificate["steps"]).map((step, at) => {
    const offers = listOf(objectOf(step)["offers"]).map(objectOf);
    const { service = null, model = null, bound = null } = before[at] ?? {};
    if (!moved.has(at)) return { offer: offers.find((each) => each["service"] === service && each["model"] === model) ?? {}, bound };
    const offer = dice.pick(offers);
    return { offer, bound: timed ? dice.int(0, Math.max(0, listOf(offer["bounds"]).length - 1)) : null };
  });
  const selected = picked.map(({ offer, bound }): Json => ({ service: offer["service"] ?? null, model: offer["model"] ?? null, bound }));
  const sum = (values: readonly Json[]): number => values.reduce((all: number, each) => all + Number(each), 0);
  const left = (shares: readonly Json[]): number => Math.max(0, ONE - sum(shares.map((share) => ONE - Number(share))));
  const of = (name: string): Json[] => picked.map(({ offer }) => offer[name] ?? null);
  const bounds = picked.map(({ offer, bound }) => objectOf(listOf(offer["bounds"])[Number(bound)]));
  const promise = {
    costMicros: of("costMicros").includes(null) ? null : sum(of("costMicros")),
    latencyUs: timed ? composed(certificate["tree"] ?? null, bounds.map(({ boundUs }) => Number(boundUs ?? 0))) : null,
    coveragePpm: timed ? left(bounds.map(({ coveragePpm }) => coveragePpm ?? null)) : null,
    availabilityMicros: left(of("availabilityMicros")),
    accuracyMicros: left(of("accuracyMicros")),
  };
  const lie = { ...outcome, selected, promise, score: sum(of("score")) };
  return { material: { ...material, certificate: { ...certificate, outcome: lie } }, name: canonical(selected) };
}

function composed(tree: Json, latencies: readonly number[]): number {
  if (typeof tree === "number") return latencies[tree] ?? 0;
  const parts = (name: string): number[] => listOf(objectOf(tree)[name]).map((part) => composed(part, latencies));
  return "seq" in objectOf(tree) ? parts("seq").reduce((sum, part) => sum + part, 0) : Math.max(...parts("par"));
}

/** Another proof: letters of the tree, the order, what is counted, the multipliers; or that there is no plan at all. */
export function otherProof(material: PlanMaterial, dice: Dice): PlanChange | undefined {
  const certificate = objectOf(material["certificate"]);
  const outcome = objectOf(certificate["outcome"]);
  const proof = objectOf(outcome["proof"]);
  if (typeof proof["tree"] !== "string") return undefined;
  const steps = listOf(certificate["steps"]).length;
  const [name, change] = dice.pick(proofChanges(proof, proof["tree"], steps, dice));
  const changed = { ...proof, ...change };
  const denial = { kind: "refused", code: dice.pick(["BudgetExceeded", "LatencyExceeded", "NoMatchingService"]), claim: "impossible", step: null, broken: [], proof: changed };
  const lie = dice.chance(20) ? denial : { ...outcome, proof: changed };
  return { material: { ...material, certificate: { ...certificate, outcome: lie } }, name: lie === denial ? `${name}, none` : name };
}

function proofChanges(proof: JsonObject, tree: string, steps: number, dice: Dice): readonly (readonly [string, JsonObject])[] {
  const at = dice.int(0, Math.max(0, tree.length - 1));
  const letter = dice.pick(["+", "c", "t", "a", "q", "l", "!", "=", "."]);
  const order = Array.from({ length: steps }, (_, place) => listOf(proof["order"])[place] ?? place);
  const [a, b] = [dice.int(0, steps - 1), dice.int(0, steps - 1)];
  [order[a], order[b]] = [order[b] ?? 0, order[a] ?? 0];
  const weighed = listOf(proof["multipliers"]).map((each) => {
    const { uses, us } = objectOf(each);
    const place = dice.int(0, 3);
    return { uses: listOf(uses).map((use, limit) => (limit === place ? Math.max(0, Math.floor(Number(use) * dice.pick([0, 0.5, 1, 2])) + dice.int(0, 1)) : use)), us: us ?? null };
  });
  return [
    [`tree letter ${String(at)} is ${letter}`, { tree: tree.slice(0, at) + letter + tree.slice(at + 1) }],
    [`tree letter ${String(at)} is ${letter}, and no more`, { tree: tree.slice(0, at) + letter }],
    [`tree ${letter}`, { tree: letter }],
    ["no tree", { tree: null }],
    ["order swapped", { order }],
    ["order of no steps", { order: order.map((place, index) => (index === a ? 31 : place)), tree: dice.pick(["!", "+", tree]) }],
    ["order longer", { order: [...order, 31] }],
    ["counted", { counted: dice.pick([null, "budget", "coverage", "availability", "accuracy"]) }],
    ["weighed otherwise", { multipliers: weighed }],
    ["fewer multipliers", { multipliers: listOf(proof["multipliers"]).slice(0, dice.int(0, 1)) }],
  ];
}
