import { candidateModels, contractDigest, type Candidate, type History, type ServiceContract } from "@caio/contracts";
import type { Digest } from "@caio/core";
import type { GuaranteeMonitor, MeasuredHealth, MonitorSnapshot, MonitorTerms, PairWatch, PromiseStanding, VerdictChange } from "@caio/guarantees";
import type { Attempt, MonitorPort } from "@caio/orchestrator";

import { refusedPayload } from "../resilience/service-failure.ts";

/** What is known of the promises of one pair. */
export interface PairStandings extends Candidate, MeasuredHealth {
  /** Calls under this version of the contract. */
  readonly calls: number;
  readonly standings: readonly PromiseStanding[];
}

/** What a watch is made of. */
export interface ServiceWatchParts {
  readonly monitor: GuaranteeMonitor;
  /** H as it was kept. Of a pair that the monitor knows nothing of, its word holds until another version of the contract. */
  readonly history: History;
  readonly onVerdict: (change: VerdictChange) => void;
  /** Told of each call that counted, with the state of its pair before and after it. */
  readonly onCall?: (pair: Candidate, call: WatchedCall) => void;
}

/** A call that counted. */
export interface WatchedCall {
  readonly latencyUs: number;
  readonly costMicros: number | undefined;
  readonly before: PairWatch;
  readonly after: PairWatch;
}

/**
 * Watches the promises of all services of the registry over the calls that went out (calculus §7). A call counts for the version of the
 * contract that it was made under, and only while that is the one that is watched.
 */
export class ServiceWatch implements MonitorPort {
  readonly #monitor: GuaranteeMonitor;
  readonly #onVerdict: (change: VerdictChange) => void;
  readonly #onCall: ServiceWatchParts["onCall"];
  readonly #pairs = new Map<string, readonly Candidate[]>();
  readonly #digests = new WeakMap<ServiceContract, Digest>();
  /** What H said of pairs whose evidence is lost. */
  readonly #inherited = new Map<string, MeasuredHealth>();

  constructor({ monitor, history, onVerdict, onCall }: ServiceWatchParts) {
    this.#monitor = monitor;
    this.#onVerdict = onVerdict;
    this.#onCall = onCall;
    for (const { service, model, health, promises } of history.leaves) {
      const known = monitor.state({ service, model }) !== undefined;
      if (!known && health !== "healthy") this.#inherited.set(keyOf({ service, model }), { health, promises });
    }
  }

  /** Watches every pair of a contract, from now on. The pairs whose health may have changed by it. */
  watch(contract: ServiceContract): readonly Candidate[] {
    const { serviceId: service } = contract;
    const before = this.#pairs.get(service);
    const pairs = candidateModels(contract).map((model) => ({ service, model }));
    for (const pair of pairs) this.#monitor.watch(contract, pair.model);
    this.#pairs.set(service, pairs);
    // What is found at the start is what was there before.
    if (before !== undefined) this.#disinherit([...before, ...pairs]);
    const now = new Set(pairs.map(keyOf));
    const gone = (before ?? []).filter((pair) => !now.has(keyOf(pair)));
    for (const pair of gone) this.#monitor.forget(pair);
    return [...pairs, ...gone];
  }

  /** Forgets a service that was taken away. */
  forget(service: string): readonly Candidate[] {
    const pairs = this.#pairs.get(service) ?? [];
    for (const pair of pairs) this.#monitor.forget(pair);
    this.#disinherit(pairs);
    this.#pairs.delete(service);
    return pairs;
  }

  /** Clears the evidence on a service, on the operator's word. */
  renew(service: string): readonly Candidate[] {
    const pairs = this.#pairs.get(service) ?? [];
    this.#disinherit(pairs);
    for (const pair of pairs) for (const change of this.#monitor.renew(pair)) this.#onVerdict(change);
    return pairs;
  }

  /** Holds services to other terms from now on (policy `monitor`). What is contradicted stays so. */
  retune(terms: MonitorTerms): void {
    for (const change of this.#monitor.retune(terms)) this.#onVerdict(change);
  }

  /** How the promises of a service stand, by pair. */
  standings(service: string): readonly PairStandings[] {
    return (this.#pairs.get(service) ?? []).map((pair) => {
      return { ...pair, ...this.healthOf(pair), calls: this.#monitor.state(pair)?.calls ?? 0, standings: this.#monitor.standings(pair) };
    });
  }

  /** All that is known, to be kept. */
  snapshot(): MonitorSnapshot {
    return this.#monitor.snapshot();
  }

  observe(attempt: Attempt): void {
    const { contract, decision, enforcement } = attempt;
    const { service, model } = decision.outcome.selected;
    const pair = { service, model };
    const before = this.#monitor.state(pair);
    if (before?.contract !== this.#digestOf(contract)) return;
    const { status, stream, costMicros } = enforcement;
    const latencyUs = Math.round(enforcement.latencyUs);
    const first = stream?.firstDeltaUs;
    const values = first === undefined ? {} : { values: { time_to_first_token: Math.round(first) } };
    // The decision admitted the request under the contract's assumptions, and what would pass its rates was not sent.
    const assumptionsMet = !refusedPayload(attempt);
    const changes = this.#monitor.observe(pair, { status, latencyUs, assumptionsMet, ...values });
    for (const change of changes) this.#onVerdict(change);
    const after = this.#monitor.state(pair);
    if (after !== undefined && assumptionsMet) this.#onCall?.(pair, { latencyUs, costMicros, before, after });
  }

  healthOf(pair: Candidate): MeasuredHealth {
    return this.#inherited.get(keyOf(pair)) ?? this.#monitor.health(pair);
  }

  #disinherit(pairs: readonly Candidate[]): void {
    for (const pair of pairs) this.#inherited.delete(keyOf(pair));
  }

  #digestOf(contract: ServiceContract): Digest {
    const known = this.#digests.get(contract);
    if (known !== undefined) return known;
    const found = contractDigest(contract);
    this.#digests.set(contract, found);
    return found;
  }
}

function keyOf({ service, model }: Candidate): string {
  return JSON.stringify([service, model]);
}
