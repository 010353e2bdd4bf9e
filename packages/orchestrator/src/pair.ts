import type { Candidate, Guarantee, HistoryLeaf } from "@caio/contracts";
import { maturityOf, riskOf } from "@caio/control";
import type { JsonObject } from "@caio/core";
import type { ServiceEntry } from "@caio/registry";

import type { Clause, Rejected, Step } from "./decision.ts";
import type { PairTerms } from "./pair-terms.ts";

const NOTHING_MEASURED: readonly Guarantee[] = [];

/** A candidate: a service and one of its models, with what H knows of it. The same for every decision on the same R and H. */
export class Pair implements Candidate {
  readonly service: string;
  readonly model: string | null;
  /** Among the pairs of the domain, from 0. */
  readonly place: number;
  readonly terms: PairTerms;
  readonly leaf: HistoryLeaf | undefined;
  /** The pair before any step. */
  readonly standing: Standing = { pair: this };
  #maturity: number | undefined;
  #risk: number | undefined;

  constructor(place: number, terms: PairTerms, leaf: HistoryLeaf | undefined) {
    this.service = terms.entry.contract.serviceId;
    this.model = terms.model;
    this.place = place;
    this.terms = terms;
    this.leaf = leaf;
  }

  get entry(): ServiceEntry {
    return this.terms.entry;
  }

  /** Measured promises of the leaf. */
  get measured(): readonly Guarantee[] {
    return this.leaf?.promises ?? NOTHING_MEASURED;
  }

  /** Micros (calculus §5). */
  get maturityMicros(): number {
    return (this.#maturity ??= maturityOf(this.entry.contract, this.#counts()));
  }

  /** Micros (calculus §5). */
  get riskMicros(): number {
    return (this.#risk ??= riskOf(this.entry.contract, this.#counts()));
  }

  #counts(): { readonly outcomes: number; readonly violations: number } {
    return { outcomes: this.leaf?.outcomes ?? 0, violations: this.leaf?.violations ?? 0 };
  }
}

/** A pair that stands, with what the steps so far have found of it. */
export interface Standing {
  readonly pair: Pair;
}

/** Why a pair falls at a step. */
export interface Fall {
  readonly clause: Clause;
  readonly evidence: JsonObject;
}

/** A pair's verdict and its place among the pairs of the domain. */
export interface Placed<T> {
  readonly place: number;
  readonly verdict: T;
}

/** What stands after a step, and what fell at it. */
export interface Sieved<T> {
  readonly standing: readonly T[];
  readonly fallen: readonly Placed<Rejected>[];
}

/** Puts every pair to the test of one step: the test gives a fall, or the pair with what it learned. */
export function sieve<T extends Standing, U extends Standing>(step: Step, items: readonly T[], test: (item: T) => U | Fall): Sieved<U> {
  const standing: U[] = [];
  const fallen: Placed<Rejected>[] = [];
  for (const item of items) {
    const result = test(item);
    if ("pair" in result) {
      standing.push(result);
      continue;
    }
    const { place, service, model } = item.pair;
    fallen.push({ place, verdict: { service, model, step, clause: result.clause, evidence: result.evidence } });
  }
  return { standing, fallen };
}
