import { outcomeRewardMicros, type Candidate, type Outcome } from "@caio/contracts";
import type { FeedbackBody, LogEntry, OutcomeBody } from "@caio/traceability";

/** An entry of the log that H learns from, and its place. */
export interface UnlearnedEntry {
  readonly entry: Extract<LogEntry, { kind: "outcome" | "feedback" }>;
  readonly logIndex: number;
}

/** True for an entry that H learns from. */
export function isLearnable(entry: LogEntry): entry is UnlearnedEntry["entry"] {
  return entry.kind === "outcome" || (entry.kind === "feedback" && entry.body.taught !== null);
}

/** The outcome of its entry. */
export function outcomeOfEntry({ costMicros, reason, resultDigest, ...body }: OutcomeBody): Outcome {
  return {
    ...body,
    ...(costMicros === null ? {} : { costMicros }),
    ...(reason === null ? {} : { reason }),
    ...(resultDigest === null ? {} : { resultDigest }),
    rewardMicros: outcomeRewardMicros(body.status),
  };
}

/** The pair that feedback is on; undefined if the decision chose none. */
export function pairOf({ service, model }: Pick<FeedbackBody, "service" | "model">): Candidate | undefined {
  return service === null ? undefined : { service, model };
}
