import type { JsonObject } from "@caio/core";

import type { RuleEngine } from "./rule-engine.ts";
import type { RequestRules, RuleVerdict } from "./rule-verdict.ts";

/** A candidate as rules see it. */
export interface CandidateViews {
  readonly service: JsonObject;
  readonly model: JsonObject;
}

/** Candidates parted by the rules, each with its verdict, in the order given. */
export interface RuleFiltering<Item extends CandidateViews> {
  readonly rules: RequestRules;
  readonly admitted: readonly { readonly candidate: Item; readonly verdict: RuleVerdict }[];
  readonly rejected: readonly { readonly candidate: Item; readonly verdict: RuleVerdict }[];
}

/** Step 2 of the master equation for a list of candidates: evaluates every `when` once, then each candidate. */
export function filterByRules<Item extends CandidateViews>(
  engine: RuleEngine,
  request: JsonObject,
  candidates: readonly Item[],
): RuleFiltering<Item> {
  const rules = engine.evaluateRequest(request);
  const judged = candidates.map((candidate) => ({
    candidate,
    verdict: engine.evaluateCandidate(rules, candidate.service, candidate.model),
  }));
  return {
    rules,
    admitted: judged.filter(({ verdict }) => verdict.rejectedBy === undefined),
    rejected: judged.filter(({ verdict }) => verdict.rejectedBy !== undefined),
  };
}
