import type { JsonValue } from "@caio/core";
import type { Enforcement } from "@caio/guarantees";

import type { CostlyCall, Reserved, Unaffordable } from "../spending.ts";
import type { OrchestratorPorts } from "../orchestrator-ports.ts";

/** A call that ended. */
export interface EndedCall {
  readonly enforcement: Enforcement;
  /** False if nothing left for the service. */
  readonly sent: boolean;
}

export type CallRun = AsyncGenerator<JsonValue, EndedCall, void>;

/** Reserves for a call, makes it, and settles it with what it cost. A refusal means that no call was made. */
export async function* paidCall(
  costly: CostlyCall,
  make: () => CallRun,
  { spending, onFault }: Pick<OrchestratorPorts, "spending" | "onFault">,
): AsyncGenerator<JsonValue, EndedCall | Unaffordable, void> {
  if (spending === undefined) return yield* make();
  const reserved = await spending.reserve(costly);
  if (!reserved.granted) return reserved;
  let ended: EndedCall | undefined;
  try {
    ended = yield* make();
    return ended;
  } finally {
    // The service has answered: its result is not lost for a ledger that fails afterwards. What stays held counts as spent.
    await close(reserved, ended).catch((fault: unknown) => onFault?.("spending", fault));
  }
}

async function close(reserved: Reserved, ended: EndedCall | undefined): Promise<void> {
  if (ended?.sent === false) await reserved.release();
  else await reserved.settle(ended?.enforcement.costMicros);
}

/**
 * Whether an error says that nothing was sent: an executor that holds calls back (a limit, an open circuit) says `not_sent`. All else
 * counts as sent.
 */
export function wasHeldBack(enforcement: Enforcement): boolean {
  return enforcement.status === "error" && enforcement.error.details["not_sent"] === true;
}
