import type { Candidate } from "@caio/contracts";
import { CaioError, type Digest } from "@caio/core";
import { armMeans, evaluatePolicy, type Chance, type Evaluation, type LoggedRow, type RewardRange } from "@caio/learning";
import type { PolicySet } from "@caio/rules";

import { otherTerms, type OtherPolicy } from "./other-policy.ts";
import type { LeftOut, PastDecision, PastDecisions } from "./past-decision.ts";
import { Arms, rescore, type Rescored } from "./rescore.ts";
import { aspectsOf, measuredCost, measuredLatency, rewardOf } from "./reward.ts";

/** Means of what was promised, of the decisions where all that matters of it is known: of every pair by its chance, drawn or not. */
export interface PromisedChange {
  /** Under the policies that decided. */
  readonly logged: number;
  /** Under the one that is asked about. */
  readonly target: number;
  readonly decisions: number;
}

/** One pair in the answer. */
export interface PairShare extends Candidate {
  /** Share of the decisions that took it. */
  readonly logged: number;
  /** Share that would have, by its chances. */
  readonly target: number;
  /** Of `target`, what lies on decisions that could not have taken it. */
  readonly unseen: number;
  /** Mean reward where it was taken; null if it never was. */
  readonly reward: number | null;
}

/** What another policy would have done with the decisions of a log. */
export interface WhatIf {
  readonly reward: string;
  /** Decisions that were scored anew, and those of them that would have taken another pair. */
  readonly decisions: number;
  readonly changed: number;
  readonly leftOut: LeftOut & { readonly otherRules: number; readonly notReproduced: number; readonly withoutReward: number };
  readonly value: Evaluation;
  readonly promisedCost: PromisedChange | null;
  readonly promisedLatency: PromisedChange | null;
  /** Null if nothing was measured. */
  readonly measuredCost: Evaluation | null;
  readonly measuredLatency: Evaluation | null;
  readonly pairs: readonly PairShare[];
  /** Aspects of feedback in the log, with the decisions that have them. */
  readonly aspects: Readonly<Record<string, number>>;
}

/** What a question is answered from. */
export interface Question {
  readonly past: PastDecisions;
  readonly other: OtherPolicy;
  /** Base policies by digest. */
  readonly policies: ReadonlyMap<Digest, PolicySet>;
  /** `outcome` or an aspect of feedback. */
  readonly reward: string;
}

/** Where every reward of a decision lies, the outcome and each aspect. */
export const REWARD_RANGE: RewardRange = { low: 0, high: 1 };

/**
 * @throws CaioError `NotFound` if the log has no decision that could be asked about, or none with that reward; `InvalidPolicy` if the policy differs in more than
 *   weights and exploration from all that decided
 */
export function whatIf({ past, other, policies, reward }: Question): WhatIf {
  const arms = new Arms();
  const { rescored, otherRules, notReproduced, differs } = rescoreAll(past.decisions, other, policies, arms);
  if (rescored.length === 0) throw nothingToAsk(past, otherRules, differs);
  const rows = rowsOf(rescored, (decision) => rewardOf(decision, reward));
  const aspects = aspectsOf(past.decisions);
  if (rows.length === 0) throw withoutReward(reward, rescored.length, aspects);
  return {
    reward,
    decisions: rescored.length,
    changed: rescored.filter(({ changed }) => changed).length,
    leftOut: { ...past.leftOut, otherRules, notReproduced, withoutReward: rescored.length - rows.length },
    value: evaluatePolicy(rows, { range: REWARD_RANGE, fit: armMeans }),
    promisedCost: promisedChange(rescored, "costMicros"),
    promisedLatency: promisedChange(rescored, "latencyUs"),
    measuredCost: measured(rowsOf(rescored, measuredCost)),
    measuredLatency: measured(rowsOf(rescored, measuredLatency)),
    pairs: pairShares(rescored, rows, arms),
    aspects,
  };
}

interface RescoredAll {
  readonly rescored: readonly Rescored[];
  readonly otherRules: number;
  readonly notReproduced: number;
  readonly differs: ReadonlySet<string>;
}

export function rescoreAll(decisions: readonly PastDecision[], other: OtherPolicy, policies: ReadonlyMap<Digest, PolicySet>, arms: Arms): RescoredAll {
  const rescored: Rescored[] = [];
  const differs = new Set<string>();
  const terms = new Map([...policies].map(([digest, policy]) => [digest, otherTerms(policy, other)] as const));
  let [otherRules, notReproduced] = [0, 0];
  for (const decision of decisions) {
    const [was, is] = [policies.get(decision.policy), terms.get(decision.policy)];
    if (was === undefined || is === undefined) notReproduced++;
    else if ("differs" in is) {
      otherRules++;
      for (const name of is.differs) differs.add(name);
    } else {
      const again = rescore(decision, was, is, arms);
      if (again === undefined) notReproduced++;
      else rescored.push(again);
    }
  }
  return { rescored, otherRules, notReproduced, differs };
}

function rowsOf(rescored: readonly Rescored[], read: (decision: PastDecision) => number | undefined): readonly LoggedRow[] {
  return rescored.flatMap(({ decision, actions, chosen }) => {
    const reward = read(decision);
    return reward === undefined ? [] : [{ actions, chosen, reward }];
  });
}

/** Of amounts that have no range of their own: from nothing to the largest that was seen. */
function measured(rows: readonly LoggedRow[]): Evaluation | null {
  const high = rows.reduce((most, { reward }) => Math.max(most, reward), 0);
  return rows.length === 0 || high === 0 ? null : evaluatePolicy(rows, { range: { low: 0, high }, fit: armMeans });
}

function promisedChange(rescored: readonly Rescored[], name: "costMicros" | "latencyUs"): PromisedChange | null {
  let [logged, target, decisions] = [0, 0, 0];
  for (const { decision, actions } of rescored) {
    const amounts = decision.promised.map((promised) => promised[name]);
    const [was, is] = [expected(actions.map((action) => action.logged), amounts), expected(actions.map(({ target: chance }) => chance), amounts)];
    if (was === undefined || is === undefined) continue;
    logged += was;
    target += is;
    decisions++;
  }
  return decisions === 0 ? null : { logged: logged / decisions, target: target / decisions, decisions };
}

/** Undefined if an amount that matters is unknown. */
function expected(chances: readonly Chance[], amounts: readonly (number | null)[]): number | undefined {
  let sum = 0;
  for (const [at, { numerator, denominator }] of chances.entries()) {
    const amount = amounts[at] ?? null;
    if (numerator === 0) continue;
    if (amount === null) return undefined;
    sum += (amount * numerator) / denominator;
  }
  return sum;
}

function pairShares(rescored: readonly Rescored[], rows: readonly LoggedRow[], arms: Arms): readonly PairShare[] {
  const all = arms.pairs.map(() => ({ logged: 0, target: 0, unseen: 0, rewarded: 0, reward: 0 }));
  for (const { actions, chosen } of rescored) {
    actions.forEach(({ arm, logged, target }, at) => {
      const of = all[arm];
      if (of === undefined) return;
      const mass = target.numerator / target.denominator;
      of.target += mass;
      if (logged.numerator === 0) of.unseen += mass;
      if (at === chosen) of.logged++;
    });
  }
  for (const { actions, chosen, reward } of rows) {
    const of = all[actions[chosen]?.arm ?? -1];
    if (of === undefined) continue;
    of.rewarded++;
    of.reward += reward;
  }
  const share = (count: number): number => count / rescored.length;
  return arms.pairs
    .map((pair, arm): PairShare => {
      const { logged = 0, target = 0, unseen = 0, rewarded = 0, reward = 0 } = all[arm] ?? {};
      return { ...pair, logged: share(logged), target: share(target), unseen: share(unseen), reward: rewarded === 0 ? null : reward / rewarded };
    })
    .sort((a, b) => b.target - a.target || b.logged - a.logged || (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ service, model }: Candidate): string {
  return `${service} ${model ?? ""}`;
}

function nothingToAsk({ decisions, leftOut }: PastDecisions, otherRules: number, differs: ReadonlySet<string>): CaioError {
  if (otherRules === 0) {
    const { refused, followUps, withoutCertificate } = leftOut;
    const found = `${String(decisions.length)} that can be scored anew, ${String(refused)} refused, ${String(followUps)} follow-ups, ${String(withoutCertificate)} without a certificate`;
    return new CaioError("NotFound", `The log has no decision to ask about in that time (${found}). Ask about more of it: --since 90d`, { details: { ...leftOut } });
  }
  const members = [...differs].sort();
  const message = `The policy differs from those that decided in ${members.join(", ")}: other pairs might have been admissible, which a certificate does not tell. Ask with weights and exploration alone, as --weights cost=0.4; for other rules, let the new policy decide beside the old one for a while (docs/gateway.md, shadow).`;
  return new CaioError("InvalidPolicy", message, { details: { differs: members, decisions: otherRules } });
}

function withoutReward(reward: string, decisions: number, aspects: Readonly<Record<string, number>>): CaioError<"InvalidOutcomes"> {
  const known = Object.entries(aspects).map(([aspect, count]) => `${aspect} (${String(count)})`);
  const message = `None of the ${String(decisions)} decisions has a reward ${JSON.stringify(reward.slice(0, 40))}. The log has ${["outcome, where a call was made", ...known].join("; ")}. Choose one: --reward NAME`;
  return new CaioError("InvalidOutcomes", message, { details: { found: reward.slice(0, 40), known: Object.keys(aspects) } });
}
