import { CaioError, type Digest } from "@caio/core";
import { armMeans, crossFit, type LoggedRow } from "@caio/learning";
import type { PolicySet } from "@caio/rules";

import type { PastDecision, PastDecisions } from "../whatif/past-decision.ts";
import { Arms, type Rescored } from "../whatif/rescore.ts";
import { rewardOf } from "../whatif/reward.ts";
import { rescoreAll, whatIf } from "../whatif/what-if.ts";
import { tuningCase, type TuningSource } from "./tuning-source.ts";

/** What a log is tuned on. */
export interface LogQuestion {
  readonly past: PastDecisions;
  readonly policies: ReadonlyMap<Digest, PolicySet>;
  /** Begins with its weights; absent: with those that decided last. */
  readonly policy: PolicySet | undefined;
  readonly reward: string;
}

/**
 * A log as a source: half of its decisions, by their ids, to tune on, the others to judge by. What a pair would have been worth is a prediction that never saw
 * the decision and, where the pair was taken, its error over the chance that it had (doubly robust scores; Athey and Wager, 2021).
 *
 * @throws CaioError `NotFound`, `InvalidOutcomes` for a log that has nothing to tune on; as `whatIf`
 */
export function logSource({ past, policies, policy, reward }: LogQuestion): TuningSource {
  const last = past.decisions.at(-1);
  const base = policy ?? (last === undefined ? undefined : policies.get(last.policy));
  if (base === undefined) throw new CaioError("NotFound", "The log has no decision to tune on in that time. Ask for more of it: --since 90d", { details: { ...past.leftOut } });
  const [tune, held] = [past.decisions.filter(isTuned), past.decisions.filter((decision) => !isTuned(decision))];
  const other = { policy, weights: {} };
  const { rescored } = rescoreAll(tune, other, policies, new Arms());
  const known = rescored.flatMap((each) => {
    const worth = rewardOf(each.decision, reward);
    return worth === undefined ? [] : [{ ...each, reward: worth }];
  });
  const cases = casesOf(known);
  if (cases.length === 0) throw nothingToTuneOn(reward, tune.length, known.length);
  return {
    start: base.weights,
    cases,
    held: held.length,
    currency: base.currency,
    judge: (weights) => {
      const { value, promisedCost } = whatIf({ past: { ...past, decisions: held }, policies, other: { policy, weights }, reward });
      if (value.kind === "no_overlap") return value.reason;
      const { logged = 0, target = 0 } = promisedCost ?? {};
      return { quality: value.doublyRobust, qualityGain: value.difference, costMicros: target, costGainMicros: target - logged };
    },
  };
}

function isTuned({ decisionId }: PastDecision): boolean {
  return Number.parseInt(decisionId.slice(-1), 16) % 2 === 0;
}

function casesOf(known: readonly (Rescored & LoggedRow)[]): TuningSource["cases"] {
  const predict = crossFit(known, armMeans);
  return known.flatMap(({ decision, actions, chosen, reward }, at) => {
    const made = tuningCase(decision, (place) => {
      const { numerator = 0, denominator = 1 } = actions[place]?.logged ?? {};
      const predicted = predict(at, place);
      return { quality: place === chosen ? predicted + ((reward - predicted) * denominator) / numerator : predicted, seen: numerator > 0 };
    });
    return made === undefined ? [] : [made];
  });
}

function nothingToTuneOn(reward: string, decisions: number, rewarded: number): CaioError<"InvalidOutcomes"> {
  const name = JSON.stringify(reward.slice(0, 40));
  const message = rewarded === 0
    ? `None of the ${String(decisions)} decisions to tune on has a reward ${name} and a policy like the one given. caio whatif says what the log has.`
    : `Of ${String(rewarded)} decisions with a reward ${name} none has a promised cost for all its pairs. Give the policy a budget, or the contracts costs.`;
  return new CaioError("InvalidOutcomes", message, { details: { reward: reward.slice(0, 40), decisions, rewarded } });
}
