import { outcomeRewardMicros, type Outcome } from "@caio/contracts";
import type { Enforcement } from "@caio/guarantees";

import type { ChosenDecision } from "../decision.ts";
import type { Attempt } from "./orchestration.ts";

/** What history and the log learn of one attempt. Never output, payload or what a service said. */
export function outcomeRecord({ decision, attempt, enforcement, approval }: Attempt, endedAt: number): Outcome {
  const { service, model } = decision.outcome.selected;
  const reasons = [...(enforcement.status === "success" ? [] : [reasonOf(enforcement)]), ...(approval === undefined ? [] : [approval])];
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
    ...(reasons.length === 0 ? {} : { reason: reasons.join(",") }),
    ...(resultDigest === undefined ? {} : { resultDigest }),
    rewardMicros: outcomeRewardMicros(status),
  };
}

/** What the log keeps of a decision that was not executed, and why. Nothing is learned from it: no service did anything. */
export function unexecutedRecord(decision: ChosenDecision, attempt: number, reason: string, endedAt: number): Outcome {
  const { service, model } = decision.outcome.selected;
  return { service, model, decisionId: decision.decisionId, attempt, endedAt, status: "cancelled", latencyUs: 0, reason, rewardMicros: 0 };
}

/** The guarantees that were broken, else the code of the error; and `interrupted` if a part of the answer had been given. */
function reasonOf({ verdict, error, stream }: Exclude<Enforcement, { status: "success" }>): string {
  const broken = verdict.violations.map(({ property }) => property);
  const reasons = broken.length > 0 ? broken : [error.code];
  return (stream === undefined || stream.deltas === 0 ? reasons : [...reasons, "interrupted"]).join(",");
}
