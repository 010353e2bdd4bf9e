import type { RequestFacts, ServiceFacts } from "../world/facts.ts";
import { score } from "../world/plain-rules.ts";

/** A service that no rule rejected, with what the rules prefer it by. */
export interface Admitted {
  readonly service: ServiceFacts;
  readonly preferMicros: number;
}

/** The best of those that an engine admitted: the same argmax for all of them. */
export function bestOf(admitted: readonly Admitted[], request: RequestFacts): string | null {
  let best: string | null = null;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const { service, preferMicros } of admitted) {
    const reached = score(service, request, preferMicros);
    if (reached <= bestScore) continue;
    best = service.id;
    bestScore = reached;
  }
  return best;
}
