import type { Candidate, Principal } from "@caio/contracts";
import type { CaioError } from "@caio/core";

/** A call that is about to be made, as whoever keeps the caller's budget sees it. */
export interface CostlyCall extends Candidate {
  /** Unique for ever: the decision and the number of the call under it. */
  readonly id: string;
  readonly principal: Principal;
  /** The most that the call can cost, micro-units of the policy's currency; null: nobody can say. */
  readonly capMicros: number | null;
  /** Of the request, milliseconds. */
  readonly now: number;
}

/** Money set aside for one call. Exactly one of the two ends it. */
export interface Reserved {
  readonly granted: true;
  /** The call was made. `costMicros`: what it cost; undefined if nobody can say: then the most it could. */
  settle(costMicros: number | undefined): Promise<void>;
  /** Nothing was sent. */
  release(): Promise<void>;
}

/** The call may not be made. */
export interface Unaffordable {
  readonly granted: false;
  readonly error: CaioError;
}

/**
 * The port behind which the money of callers is kept. Every call that may cost something is reserved for before it is sent, a retry
 * like a first call; so what is spent never passes what was granted, whatever is interleaved with what.
 */
export interface Spending {
  /**
   * What the caller has left, micro-units of the policy's currency; undefined: nothing limits it. It becomes the budget of the decision. Others may
   * spend meanwhile, so that a call may still be refused when it is reserved for.
   */
  remaining?(principal: Principal, now: number): Promise<number | undefined>;
  reserve(call: CostlyCall): Promise<Reserved | Unaffordable>;
}
