import { outcomeRewardMicros, type Outcome } from "@caio/contracts";
import { MICRO } from "@caio/core";

import { decisionReward, type SaidFeedback } from "./decision-reward.ts";
import type { FeedbackBody, TaughtReward, UntaughtReason } from "./feedback-body.ts";

/** What the log says of a decision before a piece of feedback comes. */
export interface JudgedDecision {
  readonly outcome: string;
  readonly outcomes: readonly Pick<Outcome, "status">[];
  readonly feedback: readonly (SaidFeedback & Pick<FeedbackBody, "taught">)[];
}

/** What H learns, or why it learns nothing. */
export type Teaching = { readonly taught: TaughtReward; readonly untaught: null } | { readonly taught: null; readonly untaught: UntaughtReason };

/**
 * What H is to learn from a piece of feedback, given all that the log holds of its decision. A decision is one observation, and its reward is
 * the best that is known: at the end of the call that it worked, later what people and judges say of its quality. So what feedback teaches
 * is a change of that reward, and the changes of a decision add up to what its entries say in the end, in whatever order they came.
 *
 * A decision that nobody executed here, or whose call was cancelled, has taught nothing yet: the first word on it is the observation. One
 * that failed has taught that, and a thumb does not mend it.
 *
 * @param kept - what is kept of the decision to learn by, if it still is: whether a success of it waited to be judged, and so taught nothing
 */
export function teachingOf({ outcome, outcomes, feedback }: JudgedDecision, said: SaidFeedback, kept: { readonly waits: boolean } | undefined): Teaching {
  if (said.aspect !== "quality") return untaught("not_quality");
  if (outcome !== "chosen") return untaught("not_chosen");
  const ended = outcomes.filter(({ status }) => status !== "cancelled");
  const succeeded = ended.some(({ status }) => status === "success");
  if (ended.length > 0 && !succeeded) return untaught("failed");
  if (kept === undefined) return untaught("fields_gone");
  const own = succeeded && !kept.waits ? outcomeRewardMicros("success") : null;
  const fromMicros = feedback.findLast(({ taught }) => taught !== null)?.taught?.toMicros ?? own;
  const toMicros = decisionReward([...feedback, said], "quality") ?? own;
  if (toMicros === null && fromMicros === null) return untaught("abstains");
  // What nobody stands by any more counts as neither good nor bad.
  if (toMicros === null) return { taught: { fromMicros, toMicros: MICRO / 2 }, untaught: null };
  return { taught: { fromMicros, toMicros }, untaught: null };
}

function untaught(reason: UntaughtReason): Teaching {
  return { taught: null, untaught: reason };
}
