import type { Estimate, Evaluation, NoOverlapReason, RewardRange } from "@caio/learning";

import { REWARD_RANGE, type PairShare, type PromisedChange, type WhatIf } from "../whatif/what-if.ts";
import type { Style } from "./style.ts";
import { oneLine } from "./plain-text.ts";
import { tableText } from "./table.ts";

const MICRO = 1_000_000;
const MILLI = 1000;
const MOST_PAIRS = 20;
/** Where the mean of an amount can be at all. */
const AMOUNT: RewardRange = { low: 0, high: Infinity };

/** What another policy would have done, in words and tables. */
export function whatIfText(answer: WhatIf, style: Style): string {
  const { decisions, changed, reward, value } = answer;
  const head = `Of ${String(decisions)} decisions ${String(changed)} (${percent(changed / decisions)}) would have taken another pair.`;
  return [
    style.bold(head),
    `\n${style.bold("Means per decision")} (95 % intervals)\n${meansTable(answer, style)}`,
    value.kind === "estimated" ? estimatorLines(value, reward, style) : refusalLines(value, reward, style),
    `${style.bold("Pairs")}\n${pairsTable(answer.pairs, style)}`,
    ...notes(answer).map((line) => style.dim(line)),
    "",
  ].join("\n");
}

function meansTable({ reward, value, promisedCost, measuredCost, promisedLatency, measuredLatency }: WhatIf, style: Style): string {
  const plain = (number: number): string => fixed(number, 3);
  const money = (micros: number): string => fixed(micros / MICRO, 6);
  const time = (us: number): string => `${fixed(us / MILLI, 1)} ms`;
  const rows = [
    evaluationRow(reward, value, plain, REWARD_RANGE),
    ...(promisedCost === null ? [] : [promisedRow("promised cost", promisedCost, money)]),
    ...(measuredCost === null ? [] : [evaluationRow("measured cost", measuredCost, money, AMOUNT)]),
    ...(promisedLatency === null ? [] : [promisedRow("promised latency", promisedLatency, time)]),
    ...(measuredLatency === null ? [] : [evaluationRow("measured latency", measuredLatency, time, AMOUNT)]),
  ];
  return tableText(["", "as it was", "as asked", "difference"], rows, style);
}

/** Bounds mean something where `range` ends: one that rewards have by their nature. */
function evaluationRow(name: string, of: Evaluation, shown: (number: number) => string, range: RewardRange): readonly string[] {
  const interval = ({ low, high }: RewardRange): string => `${shown(low)} … ${shown(high)}`;
  const full = (each: Estimate): string => `${shown(each.value)} (${interval(cutTo(range, each))})`;
  if (of.kind === "estimated") return [name, full(of.logged), full(of.doublyRobust), `${shown(of.difference.value)} (${interval(of.difference)})`];
  return [name, full(of.logged), Number.isFinite(range.high) ? `between ${interval(cutTo(range, of.bounds))}` : "unknown: no overlap", ""];
}

/** What of an interval is possible: standard errors know no range. */
function cutTo({ low, high }: RewardRange, interval: RewardRange): RewardRange {
  const cut = (end: number): number => Math.min(high, Math.max(low, end));
  return { low: cut(interval.low), high: cut(interval.high) };
}

function promisedRow(name: string, { logged, target }: PromisedChange, shown: (number: number) => string): readonly string[] {
  return [name, shown(logged), shown(target), shown(target - logged)];
}

function estimatorLines({ doublyRobust, selfNormalised, inversePropensity, overlap }: Extract<Evaluation, { kind: "estimated" }>, reward: string, style: Style): string {
  const row = (name: string, each: Estimate): readonly string[] => {
    const { low, high } = cutTo(REWARD_RANGE, each);
    return [name, each.value.toFixed(3), `${low.toFixed(3)} … ${high.toFixed(3)}`, each.standardError.toFixed(4)];
  };
  const rows = [row("doubly robust", doublyRobust), row("self-normalised", selfNormalised), row("inverse propensity", inversePropensity)];
  const seen = `${String(overlap.seenChanges)} of ${String(overlap.changedRows)} decisions on which the two differ took a pair that was asked about; largest weight ${overlap.largestWeight.toFixed(1)}; worth ${overlap.expectedSize.toFixed(0)} decisions of the policy itself.`;
  return `${style.bold(oneLine(reward))}, three ways\n${tableText(["", "estimate", "95 % interval", "standard error"], rows, style)}${seen}\n`;
}

const REASONS: Readonly<Record<NoOverlapReason, string>> = {
  no_rows: "no decision has a reward",
  uncovered: "pairs would have been taken that could not have been, then",
  effective_size: "too few decisions took a pair that would have been taken",
  largest_weight: "single decisions would count for thousands",
};

function refusalLines({ overlap, reason, bounds }: Extract<Evaluation, { kind: "no_overlap" }>, reward: string, style: Style): string {
  const lines = [
    `${style.yellow("NoOverlap")}: ${REASONS[reason]}. The log says nothing of ${percent(bounds.unseen)} of what is asked; the bounds are what any ${oneLine(reward)} there would give.`,
    `Unseen for certain ${percent(overlap.uncovered)}; on ${String(overlap.changedRows)} decisions the two differ; worth ${overlap.expectedSize.toFixed(0)} decisions of the policy itself (10 are needed).`,
    "To know more, let the policy that decides explore: exploration: { epsilon: 0.05, max_loss: 0.1 }",
  ];
  return `${lines.join("\n")}\n`;
}

function pairsTable(pairs: readonly PairShare[], style: Style): string {
  const rows = pairs.slice(0, MOST_PAIRS).map(({ service, model, logged, target, unseen, reward }) => [service, model ?? "-", percent(logged), percent(target), percent(unseen), reward === null ? "-" : reward.toFixed(3)]);
  const more = pairs.length > MOST_PAIRS ? `and ${String(pairs.length - MOST_PAIRS)} more (--json)\n` : "";
  return tableText(["service", "model", "taken", "would be taken", "of it unseen", "mean reward where taken"], rows, style) + more;
}

function notes({ leftOut, aspects, reward, decisions, promisedCost }: WhatIf): readonly string[] {
  const parts = [
    [leftOut.refused, "refused"], [leftOut.followUps, "fallbacks and steps of plans"], [leftOut.withoutCertificate, "whose certificate is gone"],
    [leftOut.otherRules, "under other rules or limits"], [leftOut.notReproduced, "that do not follow from certificate and policy"],
  ] as const;
  const left = parts.filter(([count]) => count > 0).map(([count, words]) => `${String(count)} ${words}`);
  const others = Object.entries(aspects).filter(([aspect]) => aspect !== reward).map(([aspect, count]) => `--reward ${oneLine(aspect)} (${String(count)} decisions)`);
  return [
    ...(left.length === 0 ? [] : [`Left out: ${left.join(", ")}.`]),
    ...(leftOut.withoutReward === 0 ? [] : [`${String(leftOut.withoutReward)} of ${String(decisions)} decisions have no ${oneLine(reward)}: the means are those of the rest.`]),
    ...(promisedCost === null || promisedCost.decisions === decisions ? [] : [`Promised costs are known of ${String(promisedCost.decisions)} decisions.`]),
    ...(others.length === 0 ? [] : [`Feedback to judge by: ${others.join(", ")}.`]),
    "What had been learned by then is taken as it was: other choices would have taught other things.",
  ];
}

/** Without a minus before nothing. */
function fixed(number: number, digits: number): string {
  const text = number.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
