import { canonical, sha256Hex } from "@caio/verifier";

import { admittedOf, termNames, type Admitted, type PairName, type TermName } from "./receipt-shape.ts";
import type { Receipt } from "./receipt.ts";
import { partsOf } from "./score-bars.ts";

/** A weight of the policy at which another pair comes first, micros. */
export interface WeightFlip {
  readonly name: TermName;
  readonly from: number;
  readonly to: number;
  readonly winner: PairName;
}

/** Micros, either way: no policy has a larger one. */
const LARGEST = 500_000_000;
const LOWERS: ReadonlySet<TermName> = new Set(["cost", "risk", "latency"]);
type Weights = Readonly<Record<TermName, number>>;

/**
 * For each weight that can do it, the smallest change in whole micros after which another pair comes first: exact, from the terms in
 * the certificate, ties included; one micro less leaves the first where it is. Exploration counts for nothing here.
 */
export function weightFlipsOf({ certificate, policies }: Receipt): readonly WeightFlip[] {
  const weights = policies[0]?.weights;
  const admitted = admittedOf(certificate);
  if (weights === undefined) return [];
  const tie = tieOf(certificate);
  const leader = firstOf(admitted, weights, tie);
  if (leader === undefined) return [];
  const others = admitted.filter((pair) => pair !== leader);
  const flips = termNames.flatMap((name) => {
    const from = weights[name];
    const targets = others.flatMap((other) => overtaking(name, leader, { other, from, tie }) ?? []);
    const [to] = targets.sort((a, b) => Math.abs(a - from) - Math.abs(b - from) || b - a);
    const winner = to === undefined ? undefined : firstOf(admitted, { ...weights, [name]: to }, tie);
    return to === undefined || winner === undefined ? [] : [{ name, from, to, winner: { service: winner.service, model: winner.model } }];
  });
  return flips.sort((a, b) => Math.abs(a.to - a.from) - Math.abs(b.to - b.from));
}

type Tie = (pair: PairName) => string;

/** The digest that breaks ties (calculus §6). */
function tieOf({ seed, request }: Receipt["certificate"]): Tie {
  const known = new WeakMap<PairName, string>();
  return (pair) => {
    const tie = known.get(pair) ?? sha256Hex(canonical(["caio-tie-v1", seed, request.digest, pair.service, pair.model]));
    known.set(pair, tie);
    return tie;
  };
}

/** The value of a weight nearest to its own at which `other` precedes `leader`. */
function overtaking(name: TermName, leader: Admitted, { other, from, tie }: { readonly other: Admitted; readonly from: number; readonly tie: Tie }): number | undefined {
  const slope = (LOWERS.has(name) ? -1 : 1) * (other.terms[name] - leader.terms[name]);
  if (slope === 0) return undefined;
  // Scores are safe integers, their differences need not be.
  const gap = BigInt(leader.score) - BigInt(other.score);
  const step = BigInt(Math.abs(slope));
  const enough = gap % step === 0n && gap > 0n && tie(other) < tie(leader) ? gap / step : gap / step + 1n;
  const to = from + Math.sign(slope) * Number(enough);
  return Math.abs(to) <= LARGEST ? to : undefined;
}

function firstOf(admitted: readonly Admitted[], weights: Weights, tie: Tie): Admitted | undefined {
  let first: { readonly pair: Admitted; readonly score: bigint } | undefined;
  for (const pair of admitted) {
    const score = partsOf(pair, weights).reduce((sum, { pico }) => sum + BigInt(pico), 0n);
    if (first === undefined || score > first.score || (score === first.score && tie(pair) < tie(first.pair))) first = { pair, score };
  }
  return first?.pair;
}
