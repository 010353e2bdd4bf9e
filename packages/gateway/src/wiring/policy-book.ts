import { CaioError } from "@caio/core";
import { PolicySnapshot } from "@caio/orchestrator";
import type { PolicyChange, PolicySet, PolicyStore, StoredPolicy } from "@caio/rules";

/** Uses a new snapshot for all decisions from now on. */
export type UsePolicies = (snapshot: PolicySnapshot) => void;

/**
 * The policies in force: the active version of each in the store, one of them the base. A snapshot's number is that of the last
 * change, so that going back to an earlier content is a new version of the whole.
 */
export class PolicyBook {
  readonly store: PolicyStore;
  readonly baseId: string;
  #snapshot: PolicySnapshot;
  #use: UsePolicies = () => undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(store: PolicyStore, baseId: string, snapshot: PolicySnapshot) {
    this.store = store;
    this.baseId = baseId;
    this.#snapshot = snapshot;
  }

  /** @throws CaioError `UnknownPolicy` if the store does not hold the base policy. */
  static async open(store: PolicyStore, baseId: string): Promise<PolicyBook> {
    return new PolicyBook(store, baseId, await snapshotOf(store, baseId));
  }

  get snapshot(): PolicySnapshot {
    return this.#snapshot;
  }

  onChange(use: UsePolicies): void {
    this.#use = use;
  }

  /** Keeps a version and uses it from the next decision on. */
  put(policy: PolicySet, change: PolicyChange): Promise<StoredPolicy> {
    return this.#inTurn(() => this.store.put(policy, change));
  }

  /** Several at once: decisions see all of them or none. */
  putAll(policies: readonly PolicySet[], change: PolicyChange): Promise<readonly StoredPolicy[]> {
    return this.#inTurn(async () => {
      const stored: StoredPolicy[] = [];
      for (const policy of policies) stored.push(await this.store.put(policy, change));
      return stored;
    });
  }

  /** Uses an earlier version again. @throws CaioError `UnknownPolicy` */
  activate(id: string, version: number, change: PolicyChange): Promise<StoredPolicy> {
    return this.#inTurn(() => this.store.activate(id, version, change));
  }

  /** The active version of every policy, by id. */
  async active(): Promise<readonly StoredPolicy[]> {
    return await activePolicies(this.store);
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      const result = await change();
      const snapshot = await snapshotOf(this.store, this.baseId);
      if (snapshot.version !== this.#snapshot.version) {
        this.#use(snapshot);
        this.#snapshot = snapshot;
      }
      return result;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

async function activePolicies(store: PolicyStore): Promise<readonly StoredPolicy[]> {
  const latest = await store.list();
  const active = await Promise.all(latest.map(({ policy }) => store.active(policy.id)));
  return active.filter((stored) => stored !== undefined);
}

async function snapshotOf(store: PolicyStore, baseId: string): Promise<PolicySnapshot> {
  const all = await activePolicies(store);
  const base = all.find(({ policy }) => policy.id === baseId);
  if (base === undefined) throw new CaioError("UnknownPolicy", `The store holds no policy ${baseId}. Name its file in the configuration once.`, { details: { expected: baseId } });
  const named = Object.fromEntries(all.filter(({ policy }) => policy.id !== baseId).map(({ policy }) => [policy.id, policy]));
  const version = (await store.audit()).at(-1)?.sequence ?? 0;
  return new PolicySnapshot(version, base.policy, named);
}
