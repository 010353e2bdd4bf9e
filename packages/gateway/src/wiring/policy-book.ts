import { CaioError, isCaioError } from "@caio/core";
import { PolicySnapshot } from "@caio/orchestrator";
import { effectivePolicy, type ExpectedPolicy, type PolicyChange, type PolicySet, type PolicyStore, type StoredPolicy } from "@caio/rules";

/** Uses a new snapshot for all decisions from now on. */
export type UsePolicies = (snapshot: PolicySnapshot) => void;

/**
 * The policies in force: the active version of each in the store, one of them the base. A snapshot's number is that of the last
 * change, so that going back to an earlier content is a new version of the whole.
 */
export class PolicyBook {
  readonly store: PolicyStore;
  readonly baseId: string;
  readonly #keepsMoney: () => Promise<boolean>;
  #snapshot: PolicySnapshot;
  #use: UsePolicies = () => undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(store: PolicyStore, baseId: string, snapshot: PolicySnapshot, keepsMoney: () => Promise<boolean>) {
    this.store = store;
    this.baseId = baseId;
    this.#snapshot = snapshot;
    this.#keepsMoney = keepsMoney;
  }

  /**
   * @param keepsMoney - whether budgets are kept in the base policy's currency: then it stays as it is
   * @throws CaioError `UnknownPolicy` if the store does not hold the base policy.
   */
  static async open(store: PolicyStore, baseId: string, keepsMoney: () => Promise<boolean> = () => Promise.resolve(false)): Promise<PolicyBook> {
    return new PolicyBook(store, baseId, await snapshotOf(store, baseId), keepsMoney);
  }

  get snapshot(): PolicySnapshot {
    return this.#snapshot;
  }

  onChange(use: UsePolicies): void {
    this.#use = use;
  }

  /**
   * Keeps a version and uses it from the next decision on.
   *
   * @param expected - what must be in force until then; the store asks, so that no other instance comes between
   * @throws CaioError `InvalidPolicy` for another currency while keys have budgets, and where requests could not name a policy any more;
   * `PreconditionFailed`
   */
  put(policy: PolicySet, change: PolicyChange, expected?: ExpectedPolicy): Promise<StoredPolicy> {
    return this.#inTurn(async () => {
      await this.#requireCurrency([policy]);
      await this.#requireRates([policy]);
      return await this.store.put(policy, change, expected);
    });
  }

  /** Several at once: decisions see all of them or none, those of other instances, too. @throws CaioError as `put` */
  putAll(policies: readonly PolicySet[], change: PolicyChange): Promise<readonly StoredPolicy[]> {
    return this.#inTurn(async () => {
      await this.#requireCurrency(policies);
      await this.#requireRates(policies);
      return await this.store.putAll(policies, change);
    });
  }

  /** Uses an earlier version again. @throws CaioError `UnknownPolicy`, and as `put` */
  activate(id: string, version: number, change: PolicyChange, expected?: ExpectedPolicy): Promise<StoredPolicy> {
    return this.#inTurn(async () => {
      const earlier = await this.store.get(id, version);
      await this.#requireCurrency(earlier === undefined ? [] : [earlier.policy]);
      await this.#requireRates(earlier === undefined ? [] : [earlier.policy]);
      return await this.store.activate(id, version, change, expected);
    });
  }

  /** Takes over what other instances have put into the store since. @throws CaioError `UnknownPolicy` if the base policy has gone */
  async refresh(): Promise<void> {
    await this.#inTurn(() => Promise.resolve());
  }

  /** The active version of every policy, by id. */
  async active(): Promise<readonly StoredPolicy[]> {
    return await activePolicies(this.store);
  }

  /** What keys may spend and have spent is kept as amounts of this currency, and would become amounts of another. */
  async #requireCurrency(policies: readonly PolicySet[]): Promise<void> {
    const { currency } = (await snapshotOf(this.store, this.baseId)).base;
    const other = policies.find((policy) => policy.id === this.baseId && policy.currency !== currency);
    if (other === undefined || !(await this.#keepsMoney())) return;
    const message = `Found currency ${other.currency} in the base policy, expected ${currency}: keys have budgets in it. Take their budgets away first, and give them again in ${other.currency}.`;
    throw new CaioError("InvalidPolicy", message, { details: { found: other.currency, expected: currency } });
  }

  /**
   * Every request that names a policy would be refused if its budget is in a currency for which the base policy has no rate. What could not
   * be named before, and is not changed, is nobody's fault here.
   */
  async #requireRates(changed: readonly PolicySet[]): Promise<void> {
    const before = (await activePolicies(this.store)).map(({ policy }) => policy);
    const after = [...new Map([...before, ...changed].map((policy) => [policy.id, policy])).values()];
    const baseOf = (all: readonly PolicySet[]): PolicySet | undefined => all.find(({ id }) => id === this.baseId);
    for (const policy of after) {
      const fault = faultOf(baseOf(after), policy);
      const isNew = changed.includes(policy) || faultOf(baseOf(before), policy) === undefined;
      if (fault !== undefined && isNew) throw fault;
    }
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

/** Why no request could name a policy. */
function faultOf(base: PolicySet | undefined, policy: PolicySet): CaioError | undefined {
  try {
    if (base !== undefined && base.id !== policy.id) effectivePolicy(base, [policy]);
    return undefined;
  } catch (error) {
    if (isCaioError(error, "InvalidPolicy")) return error;
    throw error;
  }
}

async function activePolicies(store: PolicyStore): Promise<readonly StoredPolicy[]> {
  const latest = await store.list();
  const active = await Promise.all(latest.map(({ policy }) => store.active(policy.id)));
  return active.filter((stored) => stored !== undefined);
}

/** How often what is in force is read again because somebody changed it meanwhile. */
const READS = 20;

/**
 * What is in force, with the number of the change that put it there. Another instance may change it between two reads: what was read then is
 * no version that ever was, and under that number it would pass for the newest one for good.
 */
async function snapshotOf(store: PolicyStore, baseId: string): Promise<PolicySnapshot> {
  let version = await lastChange(store);
  for (let left = READS; left > 0; left--) {
    const all = await activePolicies(store);
    const after = await lastChange(store);
    if (after === version) return snapshotWith(version, all, baseId);
    version = after;
  }
  throw new CaioError("ServiceUnavailable", `The policies changed each of ${String(READS)} times that they were read. They are read again.`, { details: { reason: "conflict", retry_after_s: 1 } });
}

async function lastChange(store: PolicyStore): Promise<number> {
  return (await store.audit()).at(-1)?.sequence ?? 0;
}

/** @throws CaioError `UnknownPolicy` */
function snapshotWith(version: number, all: readonly StoredPolicy[], baseId: string): PolicySnapshot {
  const base = all.find(({ policy }) => policy.id === baseId);
  if (base === undefined) throw new CaioError("UnknownPolicy", `The store holds no policy ${baseId}. Name its file in the configuration once.`, { details: { expected: baseId } });
  const named = Object.fromEntries(all.filter(({ policy }) => policy.id !== baseId).map(({ policy }) => [policy.id, policy]));
  return new PolicySnapshot(version, base.policy, named);
}
