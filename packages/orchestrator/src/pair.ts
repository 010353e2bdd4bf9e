import type { Candidate, EffectiveContract, HistoryLeaf } from "@caio/contracts";
import type { ServiceEntry } from "@caio/registry";

import type { Clause, Rejected, Step } from "./decision.ts";
import type { JsonObject } from "@caio/core";

/** A candidate on its way through the steps, with what is known of it. */
export interface Pair extends Candidate {
  readonly entry: ServiceEntry;
  /** The contract with the model's overrides applied. */
  readonly effective: EffectiveContract;
  readonly leaf: HistoryLeaf | undefined;
}

/** Why a pair falls at a step. */
export interface Fall {
  readonly clause: Clause;
  readonly evidence: JsonObject;
}

/** The pairs that stand after a step, and those that fell at it. */
export interface Sieved<T> {
  readonly standing: readonly T[];
  readonly fallen: readonly Rejected[];
}

/** Puts every pair to the test of one step: the test gives a fall, or the pair with what it learned. */
export function sieve<T extends Candidate, U extends Candidate>(
  step: Step,
  pairs: readonly T[],
  test: (pair: T) => { readonly fall: Fall } | { readonly pass: U },
): Sieved<U> {
  const standing: U[] = [];
  const fallen: Rejected[] = [];
  for (const pair of pairs) {
    const result = test(pair);
    if ("pass" in result) standing.push(result.pass);
    else fallen.push({ service: pair.service, model: pair.model, step, ...result.fall });
  }
  return { standing, fallen };
}
