import { compareCandidates, type Candidate, type Request } from "@caio/contracts";
import { MICRO, mulDiv } from "@caio/core";

import { selectedCandidate, type RoutingDecision, type Verdict } from "../decision.ts";
import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import { PolicySnapshot } from "../inputs/policy-snapshot.ts";
import { caioRoute } from "../route.ts";
import { droppedPolicies, withPolicies } from "./dropped-policies.ts";
import { droppedRequirements } from "./dropped-requirements.ts";
import type { ChangedWorld, DroppedDemand, SingleChange } from "./single-change.ts";
import { smallestWeightFlips, weightNames } from "./weight-flips.ts";

/** A single change after which the decision function chooses otherwise. */
export interface Counterfactual {
  readonly change: SingleChange;
  /** Who is chosen then; null: nobody. */
  readonly chosen: Candidate | null;
  /**
   * How much is changed, in ppm: of a weight, its change over the sum of the absolute weights; whatever is dropped counts
   * 1 000 000.
   */
  readonly sharePpm: number;
  /** How many pairs have another verdict then (step or clause), those that come or go included. */
  readonly verdictsChanged: number;
}

/** A pair that fell, and each demand that alone kept it out: without it the pair is admitted. Empty: no single one did. */
export interface Obstacle extends Candidate {
  readonly demands: readonly DroppedDemand[];
}

/** What would have changed a decision. */
export interface Counterfactuals {
  /** The choice that they are measured against: that without exploration; null for a refusal. */
  readonly chosen: Candidate | null;
  /** Nearest first: by `sharePpm`, then `verdictsChanged`, then place. */
  readonly flips: readonly Counterfactual[];
  /** One per pair that fell, in the order of the verdicts. */
  readonly obstacles: readonly Obstacle[];
  /** How many single changes were put to the decision function. */
  readonly tried: number;
}

/**
 * Which single requirement, limit or rule, left out, or which single weight, changed as little as will do, makes the decision another
 * one. Each change is put to `caioRoute`, so what is said here is what it would have done. Exploration is off throughout: the
 * lot is no reason. A change of the request that only breaks a tie the other way is none either, since the tie digests change
 * with the request.
 *
 * @throws CaioError as `caioRoute`
 *
 * @example
 * ```ts
 * import { fromWorldFile, nearestCounterfactual } from "@caio/orchestrator";
 *
 * declare const worldFile: string;
 * const { request, inputs } = fromWorldFile(worldFile);
 * const [nearest] = nearestCounterfactual(request, inputs).flips;
 * ```
 */
export function nearestCounterfactual(request: Request, given: DecisionInputs): Counterfactuals {
  const inputs = withoutExploration(given);
  const decision = caioRoute(request, inputs);
  const dropped = [...droppedRequirements(request, inputs), ...droppedPolicies(request, inputs)];
  const runs = dropped.map(({ change, ...world }) => ({ change, after: caioRoute(world.request, world.inputs) }));
  const weighed = weightWorlds(request, inputs, decision).map(({ change, ...world }) => ({ change, after: caioRoute(world.request, world.inputs) }));
  const flips = [...runs, ...weighed].flatMap(({ change, after }) => flipOf(change, decision, after, inputs) ?? []);
  return {
    chosen: chosenOf(decision),
    flips: flips.sort(nearer),
    obstacles: obstaclesOf(decision, runs),
    tried: runs.length + weighed.length,
  };
}

function withoutExploration(inputs: DecisionInputs): DecisionInputs {
  const { base, named, version } = inputs.policy.snapshot;
  if (base.exploration.epsilonPpm === 0) return inputs;
  return withPolicies(inputs, new PolicySnapshot(version, { ...base, exploration: { epsilonPpm: 0, maxLossMicros: 0 } }, named));
}

function weightWorlds(request: Request, inputs: DecisionInputs, decision: RoutingDecision): readonly ChangedWorld[] {
  const { base, named, version } = inputs.policy.snapshot;
  const admitted = decision.verdicts.filter((verdict) => verdict.step === 0);
  const { seed, request: committed } = decision.certificate;
  return smallestWeightFlips({ admitted, weights: base.weights, seed, commitments: committed }).map(({ change }) => {
    const changed = { ...base, weights: { ...base.weights, [change.name]: change.to } };
    return { change, request, inputs: withPolicies(inputs, new PolicySnapshot(version, changed, named)) };
  });
}

function flipOf(change: SingleChange, before: RoutingDecision, after: RoutingDecision, inputs: DecisionInputs): Counterfactual | undefined {
  const [was, chosen] = [chosenOf(before), chosenOf(after)];
  if (isSame(was, chosen) || isTieAlone(before, after)) return undefined;
  return { change, chosen, sharePpm: shareOf(change, inputs), verdictsChanged: verdictsChanged(before.verdicts, after.verdicts) };
}

/** True if the pair chosen before is still as good as the one chosen now, and only its tie digest is another. */
function isTieAlone(before: RoutingDecision, after: RoutingDecision): boolean {
  if (before.kind === "refused" || after.kind === "refused") return false;
  if (before.certificate.request.digest === after.certificate.request.digest) return false;
  const score = after.outcome.models.find((pair) => isSame(pair, selectedCandidate(before)))?.score;
  return score === after.outcome.selected.score;
}

function shareOf(change: SingleChange, inputs: DecisionInputs): number {
  if (change.kind !== "weight") return MICRO;
  const { weights } = inputs.policy.snapshot.base;
  const sum = weightNames.reduce((total, name) => total + Math.abs(weights[name]), 0);
  return sum === 0 ? MICRO : mulDiv(Math.abs(change.to - change.from), MICRO, sum, "half-even");
}

function verdictsChanged(before: readonly Verdict[], after: readonly Verdict[]): number {
  const [was, is] = [new Map(before.map(verdictEntry)), new Map(after.map(verdictEntry))];
  return [...new Set([...was.keys(), ...is.keys()])].filter((key) => was.get(key) !== is.get(key)).length;
}

function verdictEntry(verdict: Verdict): readonly [string, string] {
  return [keyOf(verdict), verdict.step === 0 ? "admitted" : `${String(verdict.step)} ${verdict.clause}`];
}

function obstaclesOf(before: RoutingDecision, runs: readonly { readonly change: DroppedDemand; readonly after: RoutingDecision }[]): readonly Obstacle[] {
  const admissions = runs.map(({ change, after }) => ({ change, admitted: new Set(after.verdicts.filter(({ step }) => step === 0).map(keyOf)) }));
  return before.verdicts
    .filter(({ step }) => step !== 0)
    .map((verdict) => ({
      service: verdict.service,
      model: verdict.model,
      demands: admissions.filter(({ admitted }) => admitted.has(keyOf(verdict))).map(({ change }) => change),
    }));
}

function nearer(a: Counterfactual, b: Counterfactual): number {
  const [one, other] = [placeOf(a.change), placeOf(b.change)];
  return a.sharePpm - b.sharePpm || a.verdictsChanged - b.verdictsChanged || (one < other ? -1 : Number(one > other));
}

function placeOf(change: SingleChange): string {
  return change.kind === "weight" ? `weights.${change.name}` : change.place;
}

function chosenOf(decision: RoutingDecision): Candidate | null {
  return decision.kind === "chosen" ? selectedCandidate(decision) : null;
}

function isSame(a: Candidate | null, b: Candidate | null): boolean {
  return a === null || b === null ? a === b : compareCandidates(a, b) === 0;
}

/** Ids hold no space. */
function keyOf({ service, model }: Candidate): string {
  return `${service} ${model ?? ""}`;
}
