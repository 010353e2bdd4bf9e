import { isCaioError } from "@caio/core";
import type { BudgetLedger } from "@caio/security";

import type { InstanceCard, InstanceDirectory } from "./instance-directory.ts";

/** What a keeper of leases works with. */
export interface LeaseKeeperOptions {
  readonly card: InstanceCard;
  readonly directory: InstanceDirectory;
  readonly budgets: Pick<BudgetLedger, "settle">;
  /** Milliseconds of silence after which an instance is taken to be gone. */
  readonly leaseMs: number;
}

/**
 * Says that this instance is there, and ends what instances hold of budgets that have been silent for longer than the lease: at the most that
 * their calls could cost, since nobody else can say. One that was only slow finds its reservations spent, and never spends them again.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  #settled = 0;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  /** Reservations of others that were ended here. */
  get settled(): number {
    return this.#settled;
  }

  /** To be repeated several times within a lease. @throws what the database throws */
  async beat(): Promise<void> {
    const { card, directory, leaseMs } = this.#options;
    await directory.announce(card);
    const gone = (await directory.list()).filter(({ name, silentMs }) => name !== card.name && silentMs > leaseMs);
    for (const { name } of gone) await this.#end(name);
  }

  async #end(instance: string): Promise<void> {
    for (const { id, amountMicros } of await this.#options.directory.heldBy(instance)) {
      if (await settledNow(this.#options.budgets, id, amountMicros)) this.#settled += 1;
    }
  }
}

/** Settles a reservation; false if somebody else has ended it. */
export async function settledNow(budgets: Pick<BudgetLedger, "settle">, id: string, amountMicros: number): Promise<boolean> {
  try {
    await budgets.settle(id, amountMicros);
    return true;
  } catch (error) {
    if (isCaioError(error, "NotFound")) return false;
    throw error;
  }
}
