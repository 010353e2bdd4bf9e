import { CaioError } from "@caio/core";
import { PolicySnapshot } from "@caio/orchestrator";
import type { PolicySet, PolicyStore, StoredPolicy } from "@caio/rules";

/** Uses a new snapshot for all decisions from now on. */
export type UsePolicies = (snapshot: PolicySnapshot) => void;

/**
 * The policies in force: the latest version of each in the store, one of them the base. A snapshot's number is the sum of the
 * versions, which grows by one with every change.
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

  /** Keeps a version and uses it from the next decision on. One change after another. */
  put(policy: PolicySet): Promise<StoredPolicy> {
    const turn = this.#turn.then(async () => {
      const stored = await this.store.put(policy);
      const snapshot = await snapshotOf(this.store, this.baseId);
      if (snapshot.version !== this.#snapshot.version) {
        this.#use(snapshot);
        this.#snapshot = snapshot;
      }
      return stored;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

async function snapshotOf(store: PolicyStore, baseId: string): Promise<PolicySnapshot> {
  const all = await store.list();
  const base = all.find(({ policy }) => policy.id === baseId);
  if (base === undefined) throw new CaioError("UnknownPolicy", `The store holds no policy ${baseId}. Name its file in the configuration once.`, { details: { expected: baseId } });
  const named = Object.fromEntries(all.filter(({ policy }) => policy.id !== baseId).map(({ policy }) => [policy.id, policy]));
  return new PolicySnapshot(all.reduce((sum, { version }) => sum + version, 0), base.policy, named);
}
