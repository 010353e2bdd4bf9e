import { HashingEncoder } from "@caio/control";
import { caioRoute, type RoutingDecision } from "@caio/orchestrator";

import { caioShop } from "../world/caio-shop.ts";
import type { Decide, Shop } from "../world/facts.ts";

/** What a decision comes with. */
export interface CaioOptions {
  readonly certified: boolean;
  /** True: the text of the request is encoded as well, as an orchestrator does before it decides. */
  readonly encoded?: boolean;
}

/** This project: a decision with a key of its own each time, and its certificate if it is asked for. */
export function caio(shop: Shop, { certified, encoded = false }: CaioOptions): Decide {
  const { requests, inputsFor } = caioShop(shop);
  const encoder = new HashingEncoder();
  let turn = 0;
  return (at) => {
    const request = requests[at];
    if (request === undefined) return null;
    turn += 1;
    const fields = encoded ? { ...request.fields, intent: encoder.encode(request.document.intent.text ?? "") } : request.fields;
    const decision = caioRoute({ ...request, fields, decisionKey: turn.toString(16).padStart(64, "0") }, inputsFor(request.principal.tenant));
    if (certified && decision.certificateDigest.length !== 64) throw new Error("A certificate has a digest.");
    return chosen(decision);
  };
}

function chosen(decision: RoutingDecision): string | null {
  return decision.kind === "chosen" ? decision.outcome.selected.service : null;
}
