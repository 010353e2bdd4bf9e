import type { Principal } from "@caio/contracts";
import { CaioError, isCaioError } from "@caio/core";
import type { CostlyCall, Reserved, Spending, Unaffordable } from "@caio/orchestrator";
import type { BudgetLedger, BudgetLimits, BudgetWindow } from "@caio/security";

import type { KnownKeys } from "../../door/known-keys.ts";
import { settledNow } from "../replicas/lease-keeper.ts";

/** Where nothing is kept: a caller without a budget, a call that is free. */
const FREE: Reserved = { granted: true, settle: () => Promise.resolve(), release: () => Promise.resolve() };

/**
 * Budgets of API keys, exact: the worst case of every call is reserved in the ledger before it is sent, and settled with what it cost.
 * What is left is the budget of the decision, so that what can be paid is chosen. A key with a budget makes no call of which nobody can say what it may cost. Whoever comes with a token has no budget here.
 */
export class KeySpending implements Spending {
  readonly #ledger: BudgetLedger;
  readonly #keys: KnownKeys;
  readonly #othersMaySettle: boolean;

  /** @param othersMaySettle - whether other instances end what this one holds once it has been silent for long */
  constructor(ledger: BudgetLedger, keys: KnownKeys, { othersMaySettle = false }: { readonly othersMaySettle?: boolean } = {}) {
    this.#ledger = ledger;
    this.#keys = keys;
    this.#othersMaySettle = othersMaySettle;
  }

  async remaining({ evidence }: Principal, now: number): Promise<number | undefined> {
    const { method, keyId } = evidence;
    if (method !== "api_key" || keyId === undefined) return undefined;
    const limits = await this.#budgetOf(keyId);
    if (limits === undefined) return undefined;
    const left = await Promise.all([this.#left(keyId, "day", limits.dayMicros, now), this.#left(keyId, "month", limits.monthMicros, now)]);
    const known = left.filter((each) => each !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  async reserve(call: CostlyCall): Promise<Reserved | Unaffordable> {
    const { method, keyId } = call.principal.evidence;
    // A token's key id is its issuer's and may be anything, also the id of somebody's API key.
    if (method !== "api_key" || keyId === undefined) return FREE;
    const limits = await this.#budgetOf(keyId);
    if (limits === undefined || call.capMicros === 0) return FREE;
    if (call.capMicros === null) return { granted: false, error: silentCost(call) };
    return await this.#hold({ ...call, capMicros: call.capMicros }, keyId, limits);
  }

  async #left(keyId: string, window: BudgetWindow, limit: number | undefined, now: number): Promise<number | undefined> {
    if (limit === undefined) return undefined;
    const { spentMicros, reservedMicros } = await this.#ledger.usage(keyId, window, now);
    return Math.max(0, limit - spentMicros - reservedMicros);
  }

  async #budgetOf(keyId: string): Promise<BudgetLimits | undefined> {
    const known = this.#keys.lastLimits(keyId);
    return known === undefined ? (await this.#keys.find(keyId))?.limits?.budget : known.budget;
  }

  async #hold({ id, capMicros, now, service }: CostlyCall & { readonly capMicros: number }, keyId: string, limits: BudgetLimits): Promise<Reserved | Unaffordable> {
    const ledger = this.#ledger;
    const result = await ledger.reserve({ id, keyId, amountMicros: capMicros, limits, now });
    if (!result.reserved) {
      const { window, remainingMicros } = result;
      const message = `The call of ${service} may cost ${String(capMicros)} micro-units; the key has ${String(remainingMicros)} left this ${window}. Wait for the next, or ask for a higher budget.`;
      return { granted: false, error: new CaioError("BudgetExceeded", message, { details: { window, needed_micros: capMicros, remaining_micros: remainingMicros } }) };
    }
    return {
      granted: true,
      settle: (costMicros) => this.#ended(() => ledger.settle(id, costMicros ?? capMicros)),
      release: () => this.#ended(() => ledger.release(id)),
    };
  }

  /** What others took for abandoned is counted as spent already. */
  async #ended(end: () => Promise<unknown>): Promise<void> {
    try {
      await end();
    } catch (error) {
      if (!this.#othersMaySettle || !isCaioError(error, "NotFound")) throw error;
    }
  }
}

function silentCost({ service }: CostlyCall): CaioError<"BudgetExceeded"> {
  const message = `The key has a budget, and the contract of ${service} does not say what this call can cost at most. State its cost, or limit the output tokens of the request.`;
  return new CaioError("BudgetExceeded", message, { details: { service, reason: "unknown_cost" } });
}

/**
 * Counts calls whose end nobody noted, since the process that made them is gone, with the most they could cost. To be done before the
 * first call of this process.
 *
 * @returns how many there were
 */
export async function settleAbandoned(ledger: BudgetLedger): Promise<number> {
  const held = await ledger.held();
  const settled = await Promise.all(held.map(({ id, amountMicros }) => settledNow(ledger, id, amountMicros)));
  return settled.filter(Boolean).length;
}
