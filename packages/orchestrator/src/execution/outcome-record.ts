import type { Outcome } from "@caio/contracts";
import type { Enforcement } from "@caio/guarantees";

import type { ChosenDecision } from "../decision.ts";

const REWARD = 1_000_000;

/** What history and the log learn of one attempt. Never output, payload or what a service said. */
export function outcomeRecord(decision: ChosenDecision, attempt: number, enforcement: Enforcement, endedAt: number): Outcome {
  const { service, model } = decision.outcome.selected;
  const { status, latencyUs, costMicros, resultDigest } = enforcement;
  return {
    service,
    model,
    decisionId: decision.decisionId,
    attempt,
    endedAt,
    status,
    latencyUs: Math.round(latencyUs),
    ...(costMicros === undefined ? {} : { costMicros }),
    ...(enforcement.status === "success" ? {} : { reason: reasonOf(enforcement) }),
    ...(resultDigest === undefined ? {} : { resultDigest }),
    rewardMicros: status === "success" ? REWARD : -REWARD,
  };
}

/** The guarantees that were broken, else the code of the error; and `interrupted` if a part of the answer had been given. */
function reasonOf({ verdict, error, stream }: Exclude<Enforcement, { status: "success" }>): string {
  const broken = verdict.violations.map(({ property }) => property);
  const reasons = broken.length > 0 ? broken : [error.code];
  return (stream === undefined || stream.deltas === 0 ? reasons : [...reasons, "interrupted"]).join(",");
}
