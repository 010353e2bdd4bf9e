import type { FeedbackAspect, FeedbackBody } from "./feedback-body.ts";

/** What decides which of two pieces of feedback counts, and what they say. */
export type SaidFeedback = Pick<FeedbackBody, "source" | "aspect" | "at" | "content" | "rewardMicros">;

/**
 * Of each source the piece that counts in an aspect: the one said last; of two at the same millisecond that of the greater content digest.
 * So the same set gives the same pieces, in whatever order and however often they came.
 */
export function countingFeedback<T extends SaidFeedback>(all: readonly T[], aspect: FeedbackAspect): readonly T[] {
  const latest = new Map<string, T>();
  for (const each of all) {
    if (each.aspect !== aspect) continue;
    const known = latest.get(each.source);
    if (known === undefined || isLater(each, known)) latest.set(each.source, each);
  }
  return [...latest.values()];
}

/**
 * What a decision was worth in an aspect, micros, 0 … 1 000 000: the mean over those who say something, each heard once, rounded to
 * the nearest integer (a half towards +∞). Null if nobody does.
 */
export function decisionReward(all: readonly SaidFeedback[], aspect: FeedbackAspect): number | null {
  const rewards = countingFeedback(all, aspect).flatMap(({ rewardMicros }) => rewardMicros ?? []);
  if (rewards.length === 0) return null;
  return Math.floor((2 * rewards.reduce((sum, each) => sum + each, 0) + rewards.length) / (2 * rewards.length));
}

function isLater(one: SaidFeedback, other: SaidFeedback): boolean {
  return one.at !== other.at ? one.at > other.at : one.content > other.content;
}
