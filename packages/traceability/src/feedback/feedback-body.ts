import type { Digest } from "@caio/core";

/** What a piece of feedback is about. Only `quality` is learned from; the others are kept and counted. */
export const feedbackAspects = ["quality", "accuracy", "relevance", "completeness", "style", "format", "safety", "speed"] as const;
export type FeedbackAspect = (typeof feedbackAspects)[number];

/** How it was said: a thumb, a score from 0 to 1, or the verdict of a judge. */
export const feedbackKinds = ["thumb", "score", "verdict"] as const;
export type FeedbackKind = (typeof feedbackKinds)[number];

/**
 * Why nothing is learned from a piece of feedback: it is not about quality; nothing was chosen; the attempt failed, and has taught that;
 * it abstains, and there is nothing to take back; the fields that the decision was made on are gone; the log of another instance holds the decision, which takes it up there.
 */
export const untaughtReasons = ["not_quality", "not_chosen", "failed", "abstains", "fields_gone", "elsewhere"] as const;
export type UntaughtReason = (typeof untaughtReasons)[number];

/** The change of one decision's reward in H, micros. From null: H has learned nothing of this decision yet. */
export interface TaughtReward {
  readonly fromMicros: number | null;
  readonly toMicros: number;
}

/**
 * What the log keeps of one piece of feedback. No text that a caller wrote is in it: who said it, under which name and what exactly stand
 * there as digests under the decision's own key. The entries of a decision are all that its reward follows from; the last one says what it is.
 */
export interface FeedbackBody {
  readonly decisionId: Digest;
  /** What the decision chose; both null if it chose nothing. */
  readonly service: string | null;
  readonly model: string | null;
  /** Which attempt is meant; null: the decision as such. */
  readonly attempt: number | null;
  readonly kind: FeedbackKind;
  readonly aspect: FeedbackAspect;
  /** The score that was said, 0 … 1 000 000; null: abstains, and takes back what the same source said before. */
  readonly rewardMicros: number | null;
  /** The decision's reward in this aspect after this entry (`decisionReward`); null if nobody says anything any more. */
  readonly decisionRewardMicros: number | null;
  /** Milliseconds since 1970-01-01T00:00:00Z when it was said: of what one source says of one aspect the latest counts, whenever it comes. */
  readonly at: number;
  /** When it came. */
  readonly receivedAt: number;
  /** Who said it: the caller and, if it speaks for one, the judge. */
  readonly source: Digest;
  /** By what the caller knows it again; null: it gave no name. */
  readonly name: Digest | null;
  /** Of all that was said: the same name with another content is refused. */
  readonly content: Digest;
  /** What H learns from this entry; null: nothing. */
  readonly taught: TaughtReward | null;
  readonly untaught: UntaughtReason | null;
  /** The instance whose log holds the decision; null: it is this one. */
  readonly decidedBy: string | null;
  /** Where it came in, if it was another instance. */
  readonly takenFrom: { readonly instance: string; readonly logIndex: number } | null;
}
