import { canonicalJson, digest, sha256, type Digest } from "@caio/core";
import type { Candidate } from "@caio/contracts";

const MILLION = 1_000_000;

/** An admissible pair with its score in pico (calculus §6). */
export interface Scored extends Candidate {
  readonly score: number;
}

/** At least one, in (service, model) order. */
export type Some<T> = readonly [T, ...T[]];

/** True unless the list is empty. */
export function isSome<T>(list: readonly T[]): list is Some<T> {
  return list.length > 0;
}

/** How likely this pair was, as an exact fraction (calculus §6). */
export interface Propensity {
  readonly numerator: number;
  readonly denominator: number;
}

/** What chance a choice may use: all of it comes from the seed. */
export interface ChoiceInput {
  readonly seed: Digest;
  /** To the request; read only where chance decides. */
  readonly commitments: { readonly digest: Digest };
  readonly exploration: { readonly epsilonPpm: number; readonly maxLossMicros: number };
}

/** The order of §6 applied: who is chosen, by which draw, and who came next. */
export interface Choice<T extends Scored> {
  readonly selected: T;
  readonly drawn: boolean;
  readonly propensity: Propensity;
  readonly runnerUp: T | undefined;
}

/** The digest that breaks a tie: the smallest wins (calculus §6). */
export function tieDigest(input: ChoiceInput, candidate: Candidate): Digest {
  return digest(["caio-tie-v1", input.seed, input.commitments.digest, candidate.service, candidate.model]);
}

/** Chooses in the order (drawn, score, tie) (calculus §6). */
export function choose<T extends Scored>(admissible: Some<T>, input: ChoiceInput): Choice<T> {
  const { epsilonPpm, maxLossMicros } = input.exploration;
  const greedy = first(admissible, input);
  const near = admissible.filter(({ score }) => greedy.score - score <= maxLossMicros * MILLION);
  const drawn = draw(near, input);
  const selected = drawn ?? greedy;
  const [head, ...tail] = admissible.filter((candidate) => candidate !== selected);
  return {
    selected,
    drawn: drawn !== undefined,
    propensity: {
      numerator: epsilonPpm + (selected === greedy ? (MILLION - epsilonPpm) * near.length : 0),
      denominator: MILLION * near.length,
    },
    runnerUp: head === undefined ? undefined : first([head, ...tail], input),
  };
}

/** The largest score; among equals the smallest tie digest, computed only if there are equals. */
function first<T extends Scored>(candidates: Some<T>, input: ChoiceInput): T {
  let [leader] = candidates;
  let leaderTie: Digest | undefined;
  for (const candidate of candidates.slice(1)) {
    if (candidate.score < leader.score) continue;
    const tie = candidate.score === leader.score ? tieDigest(input, candidate) : undefined;
    leaderTie = tie === undefined ? undefined : (leaderTie ?? tieDigest(input, leader));
    if (tie !== undefined && leaderTie !== undefined && tie > leaderTie) continue;
    leader = candidate;
    leaderTie = tie;
  }
  return leader;
}

/** The pair that exploration draws among those near the best, or undefined if it does not explore. */
function draw<T>(near: readonly T[], input: ChoiceInput): T | undefined {
  if (input.exploration.epsilonPpm === 0) return undefined;
  const hash = Buffer.from(sha256(canonicalJson(["caio-explore-v1", input.seed, input.commitments.digest])));
  if (hash.readUIntBE(0, 6) % MILLION >= input.exploration.epsilonPpm) return undefined;
  return near[hash.readUIntBE(6, 6) % near.length];
}
