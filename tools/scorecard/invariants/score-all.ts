import { runCampaign, type CampaignTerms } from "../engine/campaign.ts";
import type { CheckGroup } from "../engine/check-group.ts";
import type { Runner } from "../engine/task.ts";
import type { Invariant } from "./invariant.ts";
import { scoreInvariant, scoreMissing, type Score } from "./score-invariant.ts";

/** What is scored, against what. */
export interface Subject {
  readonly invariants: readonly Invariant[];
  /** Ids that the calculus names. */
  readonly listed: readonly string[];
  readonly groups: readonly CheckGroup[];
}

/** Scores every invariant that has a file, and names those of the calculus that have none; in the order of their ids. */
export async function scoreAll({ invariants, listed, groups }: Subject, terms: CampaignTerms, run: Runner): Promise<readonly Score[]> {
  const results = await runCampaign(groups, new Set(invariants.flatMap(({ checks }) => checks)), terms, run);
  const scores = invariants.map((invariant) => unlisted(scoreInvariant(invariant, results, terms), listed));
  const missing = listed.filter((id) => !invariants.some((invariant) => invariant.id === id)).map((id) => scoreMissing(id, terms));
  return [...scores, ...missing].sort((a, b) => (a.invariant < b.invariant ? -1 : 1));
}

/** A file of which the calculus says nothing claims what nobody stated. */
function unlisted(score: Score, listed: readonly string[]): Score {
  if (listed.includes(score.invariant)) return score;
  return { ...score, status: "RED", reasons: [...score.reasons, "docs/calculus.md §10 does not name it"] };
}
