import type { Candidate } from "@caio/contracts";
import type { Digest } from "@caio/core";
import type { Weights } from "@caio/rules";
import type { CertifiedAdmission } from "@caio/traceability";

import { choose, tieDigest, type ChoiceInput } from "../choice.ts";
import { scoreService } from "../steps/score.ts";
import type { ChangedWeight } from "./single-change.ts";

/** Micros, either way (formats, Policy set). */
const LARGEST_WEIGHT = 500_000_000;

/** How each term enters the score (calculus §6). */
const SIGNS: Readonly<Record<keyof Weights, 1 | -1>> = { intent: 1, attention: 1, rl: 1, resonance: 1, model: 1, cost: -1, risk: -1, latency: -1 };
/** The weights by name. */
export const weightNames = ["intent", "attention", "rl", "resonance", "model", "cost", "risk", "latency"] as const;

/** A weight at which another pair comes first, and which. */
export interface WeightFlip {
  readonly change: ChangedWeight;
  readonly winner: Candidate;
}

/** The admitted pairs of a decision, the weights they were scored with, and what breaks ties among them. */
export interface ScoredField {
  readonly admitted: readonly CertifiedAdmission[];
  readonly weights: Weights;
  readonly seed: Digest;
  /** To the request. */
  readonly commitments: { readonly digest: Digest };
}

/**
 * For each weight that can do it, the smallest change, in whole micros, after which another pair comes first: exact, from the
 * terms alone, ties included. One micro less leaves the first where it is. Exploration counts for nothing here. A weight that no
 * value within its range makes do it is left out; of two changes equally small, the one upwards.
 */
export function smallestWeightFlips(field: ScoredField): readonly WeightFlip[] {
  const leader = firstUnder(field, field.weights);
  if (leader === undefined) return [];
  const others = field.admitted.filter((pair) => pair !== leader);
  return weightNames.flatMap((name) => {
    const from = field.weights[name];
    const targets = others.flatMap((other) => overtakingWeight(name, leader, other, field) ?? []);
    const [to] = targets.sort((a, b) => Math.abs(a - from) - Math.abs(b - from) || b - a);
    const winner = to === undefined ? undefined : firstUnder(field, { ...field.weights, [name]: to });
    if (to === undefined || winner === undefined) return [];
    return [{ change: { kind: "weight", name, from, to }, winner: { service: winner.service, model: winner.model } }];
  });
}

/** The value of a weight nearest to its own at which `other` precedes `leader`; undefined where there is none within the range. */
function overtakingWeight(name: keyof Weights, leader: CertifiedAdmission, other: CertifiedAdmission, field: ScoredField): number | undefined {
  const slope = SIGNS[name] * (other.terms[name] - leader.terms[name]);
  if (slope === 0) return undefined;
  // Scores are safe integers, their differences need not be.
  const gap = BigInt(leader.score) - BigInt(other.score);
  const step = BigInt(Math.abs(slope));
  const enough = gap % step === 0n && gap > 0n && winsTie(other, leader, field) ? gap / step : gap / step + 1n;
  const to = field.weights[name] + Math.sign(slope) * Number(enough);
  return Math.abs(to) <= LARGEST_WEIGHT ? to : undefined;
}

function winsTie(one: Candidate, other: Candidate, field: ScoredField): boolean {
  const chance = chanceOf(field);
  return tieDigest(chance, one) < tieDigest(chance, other);
}

function firstUnder(field: ScoredField, weights: Weights): CertifiedAdmission | undefined {
  const scored = field.admitted.map((pair) => ({ service: pair.service, model: pair.model, score: scoreService(pair.terms, pair.prefer, weights), pair }));
  const [head, ...tail] = scored;
  return head === undefined ? undefined : choose([head, ...tail], chanceOf(field)).selected.pair;
}

function chanceOf({ seed, commitments }: ScoredField): ChoiceInput {
  return { seed, commitments, exploration: { epsilonPpm: 0, maxLossMicros: 0 } };
}
