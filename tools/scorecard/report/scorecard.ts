import type { Score } from "../invariants/score-invariant.ts";

/** What `scorecard.json` holds. */
export interface Scorecard {
  readonly caioScorecard: 1;
  readonly seed: number;
  /** Cases that each check must have said something of. */
  readonly cases: number;
  /** From the first task to the last. */
  readonly seconds: number;
  /** The source edit of the build that was scored; null: the build as it is. */
  readonly broken: string | null;
  readonly red: number;
  readonly scores: readonly Score[];
}

/** How it was made. */
export interface Making {
  readonly seed: number;
  readonly cases: number;
  readonly seconds: number;
  readonly broken: string | undefined;
}

export function scorecardOf(scores: readonly Score[], { seed, cases, seconds, broken }: Making): Scorecard {
  const red = scores.filter(({ status }) => status === "RED").length;
  return { caioScorecard: 1, seed, cases, seconds: Math.round(seconds * 10) / 10, broken: broken ?? null, red, scores };
}

/** The RED ones first, each part in the order of the ids. */
export function redFirst(scores: readonly Score[]): readonly Score[] {
  return [...scores.filter(({ status }) => status === "RED"), ...scores.filter(({ status }) => status === "GREEN")];
}
