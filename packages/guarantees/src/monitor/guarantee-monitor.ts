import { contractDigest, type Candidate, type PropertyDefinition, type ServiceContract } from "@caio/contracts";

import type { Observation } from "./observation.ts";
import { measuredHealth, observePair, renewPair, requireTerms, retunePair, watchPair, type MeasuredHealth, type PairWatch } from "./pair-watch.ts";
import { standingsOf, type PromiseStanding } from "./promise-standing.ts";
import type { MonitorTerms, PromiseVerdict } from "./promise-stream.ts";

/** A promise whose verdict changed, for the trace. */
export interface VerdictChange extends Candidate {
  readonly before: PromiseVerdict;
  readonly standing: PromiseStanding;
}

/** All that a monitor knows, as plain JSON. */
export interface MonitorSnapshot {
  /** Number of the next stream: it never goes back, or α would be spent twice. */
  readonly nextPlace: number;
  readonly pairs: readonly PairWatch[];
}

/**
 * Holds services to the statistical part of their promises (calculus §7). All decisions are made by `observePair`; this keeps the state
 * of every pair and numbers the streams, so that one α covers them all. No clock and no chance: the same calls in the same order
 * give the same verdicts.
 *
 * @example
 * ```ts
 * import { GuaranteeMonitor } from "@caio/guarantees";
 * import type { ServiceContract } from "@caio/contracts";
 *
 * declare const contract: ServiceContract;
 *
 * const monitor = new GuaranteeMonitor({ alphaMicros: 10_000, driftRunLength: 10_000 });
 * const pair = { service: contract.serviceId, model: null };
 * monitor.watch(contract, null);
 * const changes = monitor.observe(pair, { status: "timeout", latencyUs: 2_000_000, assumptionsMet: true });
 * for (const { standing } of changes) console.log(standing.property, standing.verdict, standing.wealth);
 * monitor.health(pair); // { health: "healthy", promises: [] }
 * ```
 */
export class GuaranteeMonitor {
  #terms: MonitorTerms;
  readonly #catalogue: readonly PropertyDefinition[] | undefined;
  readonly #pairs = new Map<string, PairWatch>();
  #nextPlace = 1;

  /** @param options - `snapshot`: what another monitor's `snapshot()` gave; pairs keep the terms they were watched under */
  constructor({
    snapshot,
    catalogue,
    ...terms
  }: MonitorTerms & { readonly snapshot?: MonitorSnapshot; readonly catalogue?: readonly PropertyDefinition[] }) {
    this.#terms = terms;
    this.#catalogue = catalogue;
    if (snapshot === undefined) return;
    this.#nextPlace = snapshot.nextPlace;
    for (const pair of snapshot.pairs) this.#pairs.set(keyOf(pair), pair);
  }

  /**
   * Watches a pair. The same contract again changes nothing; another version of it starts anew.
   *
   * @throws CaioError `UnknownService` if the contract lists no such pair
   */
  watch(contract: ServiceContract, model: string | null): void {
    const key = keyOf({ service: contract.serviceId, model });
    if (this.#pairs.get(key)?.contract === contractDigest(contract)) return;
    const catalogue = this.#catalogue;
    const pair = watchPair({ contract, model, firstPlace: this.#nextPlace, ...this.#terms, ...(catalogue === undefined ? {} : { catalogue }) });
    this.#nextPlace += pair.streams.length;
    this.#pairs.set(key, pair);
  }

  /**
   * Counts a call and returns the verdicts that it changed. A pair that is not watched has none.
   *
   * @throws CaioError `NumberOutOfRange` or `InvalidField` for what is no observation; nothing is counted then
   */
  observe(pair: Candidate, call: Observation): readonly VerdictChange[] {
    return this.#replace(pair, (state) => observePair(state, call));
  }

  /**
   * Holds all pairs to other terms from now on: their tests begin anew, and the α that was spent stays spent. A pair with a contradicted promise keeps
   * its evidence and its terms until it is renewed: to change a policy clears nobody. Returns the verdicts that this changed.
   *
   * @throws CaioError `NumberOutOfRange` for terms that are none
   */
  retune(terms: MonitorTerms): readonly VerdictChange[] {
    requireTerms(terms);
    this.#terms = terms;
    return [...this.#pairs.values()].flatMap((pair) => this.#replace(pair, (state) => retunePair(state, terms)));
  }

  /** Clears the evidence on a pair, on the operator's word. Returns the verdicts that this changed. */
  renew(pair: Candidate): readonly VerdictChange[] {
    return this.#replace(pair, (state) => renewPair(state, this.#terms));
  }

  /** Forgets a pair, as when its service is removed. Its numbers are not given again. */
  forget(pair: Candidate): void {
    this.#pairs.delete(keyOf(pair));
  }

  /** Health and measured promises for the leaf of H. A pair that is not watched is healthy. */
  health(pair: Candidate): MeasuredHealth {
    const state = this.#pairs.get(keyOf(pair));
    return state === undefined ? { health: "healthy", promises: [] } : measuredHealth(state);
  }

  /** The state of a pair: counts, latencies, streams. Undefined if it is not watched. */
  state(pair: Candidate): PairWatch | undefined {
    return this.#pairs.get(keyOf(pair));
  }

  /** How the promises of a pair stand. */
  standings(pair: Candidate): readonly PromiseStanding[] {
    const state = this.#pairs.get(keyOf(pair));
    return state === undefined ? [] : standingsOf(state);
  }

  /** All states, to be kept and given to the next monitor. */
  snapshot(): MonitorSnapshot {
    return { nextPlace: this.#nextPlace, pairs: [...this.#pairs.values()] };
  }

  #replace(pair: Candidate, change: (state: PairWatch) => PairWatch): readonly VerdictChange[] {
    const key = keyOf(pair);
    const before = this.#pairs.get(key);
    if (before === undefined) return [];
    const after = change(before);
    this.#pairs.set(key, after);
    const changed = after.streams.some(({ verdict }, index) => verdict !== before.streams[index]?.verdict);
    if (!changed) return [];
    return standingsOf(after).flatMap((standing, index) => {
      const was = before.streams[index]?.verdict ?? "holds";
      return was === standing.verdict ? [] : [{ service: after.service, model: after.model, before: was, standing }];
    });
  }
}

function keyOf({ service, model }: Candidate): string {
  return JSON.stringify([service, model]);
}
