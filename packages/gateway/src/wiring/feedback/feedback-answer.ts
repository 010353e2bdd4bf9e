import type { JsonObject } from "@caio/core";
import type { FeedbackBody } from "@caio/traceability";

/** What the API says of a piece of feedback: what its entry says, and so the same however often it is asked. */
export function feedbackAnswer(body: FeedbackBody, logIndex: number): JsonObject {
  return {
    decision_id: body.decisionId,
    kind: body.kind,
    aspect: body.aspect,
    attempt: body.attempt,
    reward_micros: body.rewardMicros,
    decision_reward_micros: body.decisionRewardMicros,
    at: body.at,
    received_at: body.receivedAt,
    learned: body.taught !== null,
    because: body.untaught,
    log_index: logIndex,
  };
}

/** What those who listen to events are told of it. */
export function feedbackEvent({ decisionId, kind, aspect, rewardMicros, decisionRewardMicros, taught }: FeedbackBody): JsonObject {
  return { decision_id: decisionId, feedback: kind, aspect, reward_micros: rewardMicros, decision_reward_micros: decisionRewardMicros, learned: taught !== null };
}
