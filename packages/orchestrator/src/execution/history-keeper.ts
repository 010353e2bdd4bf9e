import { compareCandidates, toWire, type Candidate, type History, type HistoryLeaf, type HistoryStore, type Outcome } from "@caio/contracts";
import { advanceHistory, withClaims, type Claim, type LearnedOutcome, type LearnedReward, type OnlineSettings } from "@caio/control";
import { canonicalJson } from "@caio/core";
import type { MeasuredHealth } from "@caio/guarantees";

import { HistorySnapshot } from "../inputs/history-snapshot.ts";
import type { OutcomeFields } from "./learning-record.ts";

/** What a monitor says of a pair. */
export type HealthOf = (pair: Candidate) => MeasuredHealth;

/** How a keeper works. */
export interface HistoryKeeping {
  readonly healthOf?: HealthOf | undefined;
  /** Successes wait up to this long for others, so that they share a version; 0 unless said. Microseconds. */
  readonly learnEveryUs?: number | undefined;
  /** Learns values online beside LinUCB (decision 29). Without it, as ever, and claims teach nothing. */
  readonly online?: OnlineSettings | undefined;
  readonly nowUs: () => number;
  readonly onFault: (fault: unknown) => void;
}

/** What waits to be learned, and where in the log it is; undefined: in none. */
interface Waiting {
  readonly learned: LearnedOutcome | LearnedReward;
  readonly logIndex: number | undefined;
}

/** A version to be kept, and what of the waiting it holds. */
interface NextVersion {
  readonly after: HistorySnapshot;
  /** So many from the first on. */
  readonly batch: number;
  readonly doubtful: readonly (readonly [key: string, pair: Candidate])[];
  readonly claims: readonly Claim[] | undefined;
}

/**
 * Turns outcomes into versions of H (calculus §9). Outcomes wait until a decision asks for the history; then all that wait
 * become one version, unless all are successes and the last version is younger than `learnEveryUs`. So a version is a batch, and no outcome is learned twice or lost. Where a monitor watches, the pairs of a
 * batch get the health and the measured promises that it gives at that moment; and so do pairs that it is asked about (`remeasure`).
 *
 * A store that fails stops no decision: the last version that was kept goes on being used, and the outcomes wait. They wait in memory, and each
 * version says up to which place of the log it has learned: so after a process that was killed what is in the log and in no version can be
 * noted again, and nothing is learned twice (decision 25). For that a version must hold everything up to its place: what was appended together
 * with something that is not noted yet waits for the next version (`hold`).
 */
export class HistoryKeeper {
  readonly #store: HistoryStore;
  readonly #keeping: HistoryKeeping;
  readonly #doubtful = new Map<string, Candidate>();
  #snapshot: HistorySnapshot | undefined;
  #waiting: Waiting[] = [];
  /** Of each append whose record is not noted yet: the least place that it can have. */
  readonly #held = new Set<{ readonly from: number }>();
  /** What is claimed, until a version holds it. */
  #claims: readonly Claim[] | undefined;
  /** Something waits that the next decision should know. */
  #urgent = false;
  #advancedUs = Number.NEGATIVE_INFINITY;
  /** A version that the store was given, and of which it did not say whether it kept it. */
  #unsure: NextVersion | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: HistoryStore, keeping: HistoryKeeping) {
    this.#store = store;
    this.#keeping = keeping;
  }

  /**
   * Says that something is about to be appended to the log, and noted after it: until `release`, no version is made of what stands at that
   * place or after it.
   *
   * @param from - the least place that it can have
   */
  hold(from: number): { readonly release: () => void } {
    const held = { from };
    this.#held.add(held);
    return { release: () => { this.#held.delete(held); } };
  }

  /** Takes an outcome, with the fields that its decision was made on, into the next version. */
  note(outcome: Outcome, fields: OutcomeFields, logIndex?: number): void {
    this.#doubt(outcome);
    // It says nothing of the service: callers who leave are not to make versions that say nothing.
    if (outcome.status === "cancelled") return;
    this.#wait({ learned: { outcome, ...fields }, logIndex });
    if (outcome.status !== "success") this.#urgent = true;
  }

  /** Takes what feedback says that a decision was worth into the next version. */
  noteReward(reward: LearnedReward, logIndex?: number): void {
    this.#wait({ learned: reward, logIndex });
  }

  /** Takes what contracts claim into the next version, as what is expected of their pairs, if values are learned online. */
  claim(claims: readonly Claim[]): void {
    if (this.#keeping.online === undefined) return;
    this.#claims = claims;
    this.#urgent = true;
  }

  /** Asks for the health of a pair again, as when its contract was swapped and what was known of it holds no longer. */
  remeasure(pair: Candidate): void {
    this.#urgent = true;
    this.#doubt(pair);
  }

  /** The history with everything noted so far that is not too young. */
  async current(): Promise<HistorySnapshot> {
    if (this.#snapshot !== undefined && !this.#isDue()) return this.#snapshot;
    const next = this.#turn.then(() => this.#advance());
    this.#turn = next.catch(() => undefined);
    return await next;
  }

  /** Makes a version of all that waits, whatever its age. */
  async flush(): Promise<void> {
    if (this.#waiting.length > 0) this.#urgent = true;
    await this.current();
  }

  /** In the order of the log. */
  #wait(waiting: Waiting): void {
    const { logIndex } = waiting;
    const at = logIndex === undefined ? this.#waiting.length : this.#waiting.findLastIndex((each) => each.logIndex === undefined || each.logIndex < logIndex) + 1;
    this.#waiting.splice(at, 0, waiting);
  }

  /** How many of those that wait may be in a version now. */
  #ready(): number {
    if (this.#held.size === 0) return this.#waiting.length;
    const least = Math.min(...[...this.#held].map(({ from }) => from));
    const first = this.#waiting.findIndex(({ logIndex }) => logIndex !== undefined && logIndex >= least);
    return first < 0 ? this.#waiting.length : first;
  }

  #isDue(): boolean {
    if (this.#waiting.length === 0 && this.#doubtful.size === 0 && this.#claims === undefined) return false;
    const { learnEveryUs = 0, nowUs } = this.#keeping;
    return this.#urgent || learnEveryUs === 0 || nowUs() - this.#advancedUs >= learnEveryUs;
  }

  #doubt({ service, model }: Candidate): void {
    if (this.#keeping.healthOf !== undefined) this.#doubtful.set(JSON.stringify([service, model]), { service, model });
  }

  async #advance(): Promise<HistorySnapshot> {
    const before = (this.#snapshot ??= HistorySnapshot.of(await this.#store.latest()));
    if (!this.#isDue()) return before;
    const urgent = this.#urgent;
    this.#urgent = urgent && this.#ready() < this.#waiting.length;
    this.#advancedUs = this.#keeping.nowUs();
    const again = this.#unsure !== undefined;
    const next = this.#unsure ?? this.#next(before);
    if (next === undefined) return before;
    const kept = await this.#keep(before, next.after);
    // What the store may have kept is learned already: it is given again as it was, with nothing that came since.
    this.#unsure = kept === undefined ? next : undefined;
    if (kept === undefined) return before;
    if (kept.root === next.after.root && kept.version === next.after.version) this.#forget(next);
    if (again && this.#waiting.length > 0) this.#urgent = true;
    return (this.#snapshot = kept);
  }

  /** The version of all that waits; undefined if it would say nothing new. */
  #next(before: HistorySnapshot): NextVersion | undefined {
    const batch = this.#ready();
    const ready = this.#waiting.slice(0, batch);
    const doubtful = [...this.#doubtful];
    const claims = this.#claims;
    const learned = this.#learn(before.history, ready, claims);
    const judged = this.#judge(learned, doubtful.map(([, pair]) => pair));
    if (batch > 0 || judged !== learned || learned.leaves !== before.history.leaves) return { after: before.next(judged), batch, doubtful, claims };
    this.#claims = undefined;
    for (const [key] of doubtful) this.#doubtful.delete(key);
    return undefined;
  }

  /** Claims and outcomes in one version, the claims first: what came was expected by them. */
  #learn(history: History, ready: readonly Waiting[], claims: readonly Claim[] | undefined): History {
    const { online } = this.#keeping;
    const version = history.version + 1;
    const claimed = online === undefined || claims === undefined ? history : { ...withClaims(history, claims, online), version: history.version };
    if (ready.length === 0) return { ...claimed, version };
    return { ...advanceHistory(claimed, ready.map((each) => each.learned), online === undefined ? {} : { online }), ...throughOf(ready) };
  }

  /** Only what was kept leaves the queue; what came meanwhile stays. */
  #forget({ batch, doubtful, claims }: NextVersion): void {
    if (this.#claims === claims) this.#claims = undefined;
    this.#waiting = this.#waiting.slice(batch);
    for (const [key, pair] of doubtful) if (this.#doubtful.get(key) === pair) this.#doubtful.delete(key);
  }

  /** The same history if no leaf changes. A pair without a leaf gets one only if there is something to say of it. */
  #judge(history: History, pairs: readonly Candidate[]): History {
    const { healthOf } = this.#keeping;
    if (healthOf === undefined || pairs.length === 0) return history;
    const leaves = new Map(history.leaves.map((leaf) => [JSON.stringify([leaf.service, leaf.model]), leaf]));
    let changed = false;
    for (const pair of pairs) {
      const key = JSON.stringify([pair.service, pair.model]);
      const leaf = leaves.get(key) ?? { ...pair, health: "healthy", promises: [], outcomes: 0, violations: 0 };
      const measured = healthOf(pair);
      if (says(leaf, measured)) continue;
      leaves.set(key, { ...leaf, ...measured });
      changed = true;
    }
    return changed ? { ...history, leaves: [...leaves.values()].sort(compareCandidates) } : history;
  }

  /** The version that the store holds afterwards: the new one, or, if it could not be kept, the one it has. Undefined if it does not say. */
  async #keep(before: HistorySnapshot, after: HistorySnapshot): Promise<HistorySnapshot | undefined> {
    try {
      await this.#store.append(after.history);
      return after;
    } catch (fault) {
      this.#keeping.onFault(fault);
      const latest = await this.#latest();
      // A store may keep a version and then fail to say so.
      if (latest === undefined) return undefined;
      return latest.version > before.version ? before.next(latest) : before;
    }
  }

  async #latest(): Promise<History | undefined> {
    try {
      return await this.#store.latest();
    } catch {
      return undefined;
    }
  }
}

/** The last of the log that they hold. */
function throughOf(batch: readonly Waiting[]): Pick<History, "through"> {
  const through = batch.at(-1)?.logIndex;
  return through === undefined ? {} : { through };
}

function says(leaf: HistoryLeaf, { health, promises }: MeasuredHealth): boolean {
  if (leaf.health !== health || leaf.promises.length !== promises.length) return false;
  return promises.length === 0 || canonicalJson(leaf.promises.map((each) => toWire(each))) === canonicalJson(promises.map((each) => toWire(each)));
}
