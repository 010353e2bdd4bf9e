import { chooseTradeOff, shiftReference } from "@caio/learning";

import { deployAudited, deployFixed, differenceAt, lowerBound, type Contest, type Deployed, type Predict } from "./deployment.ts";
import { splitAlike, splitByFamily, type FamilySplit } from "./families.ts";
import { PairedLearner } from "./paired-learner.ts";
import type { PromptWorld } from "./prompt-world.ts";
import { choiceAt, TRADE_OFFS } from "./trade-offs.ts";

/** The reference, the best single model of the table, and the cheap ones that are good for anything. */
const MODELS = ["llama-3.1-nemotron-51b-instruct", "gemma-2-9b-it", "llama-3.1-8b-instruct"] as const;
/** One point, at a confidence of 95 %. */
const PROMISE = { marginMicros: 10_000, riskMicros: 50_000 };
const FOLDS = 5;
/** Audits before savings are released. */
const CAREFUL = 250;
const BOLD = 180;
/** Prompts that others are compared with, and as many that say which distances are usual. */
const KNOWN = 500;

export interface ShiftTerms {
  readonly seed: number;
  readonly families: number;
  /** Calls of the reference that judging one audited prompt costs. */
  readonly judge: number;
  /** Standard errors of the approximate bound. */
  readonly z: number;
}

/** One method on one split. */
export interface ShiftRow extends Deployed {
  readonly seed: number;
  readonly method: string;
  readonly kept: boolean;
  /** Within one point more. */
  readonly near: boolean;
}

/** All methods on the split of one seed. */
export function measureShift(world: PromptWorld, terms: ShiftTerms): readonly ShiftRow[] {
  const contest: Contest = { world, models: MODELS.map((id) => world.modelNamed(id)) };
  return [
    ...measureAlike(contest, terms),
    ...measureFamilies(contest, splitByFamily(world, terms.families, terms.seed), terms),
  ];
}

/** What the plain method does where prompts are alike: the figure that is lost under shift. */
function measureAlike(contest: Contest, { seed }: ShiftTerms): readonly ShiftRow[] {
  const split = splitAlike(contest.world, seed);
  const learner = learned(contest, split.learned);
  const predict = remembered(learner);
  const folds = heldOut(learner, split.learned, (_, at) => at % FOLDS);
  return [
    row(seed, "same families: plain", deployFixed(contest, split, predict, plainTradeOff(contest, folds))),
    row(seed, "same families: learn then test, 95 %", deployFixed(contest, split, predict, testedTradeOff(contest, [folds]))),
  ];
}

function measureFamilies(contest: Contest, split: FamilySplit, { judge, z }: ShiftTerms): readonly ShiftRow[] {
  const { world } = contest;
  const { seed, families } = split;
  const learner = learned(contest, split.learned);
  const predict = remembered(learner);
  const folds = heldOut(learner, split.learned, (_, at) => at % FOLDS);
  const byFamily = heldOut(learner, split.learned, (prompt) => families[prompt] ?? 0);
  const groups = [...new Set(byFamily.map(({ prompt }) => families[prompt]))].map((family) => byFamily.filter(({ prompt }) => families[prompt] === family));
  const tested = testedTradeOff(contest, [folds]);
  const vectorOf = (prompt: number): Float64Array => world.vectors.subarray(prompt * world.width, (prompt + 1) * world.width);
  const known = Math.min(KNOWN, Math.floor(split.learned.length / 2));
  const reference = shiftReference(split.learned.slice(0, known).map(vectorOf), split.learned.slice(-known).map(vectorOf));
  const guard = { reference, falseAlarmPpm: 50_000, terms: { ...PROMISE, falseAlarmMicros: 50_000, unlikePpm: 100_000 } };
  const audits = { ...PROMISE, first: CAREFUL, share: 0.05, most: 0.04, judge };
  return [
    row(seed, "plain: fixed beforehand", deployFixed(contest, split, predict, plainTradeOff(contest, folds))),
    row(seed, "learn then test, 95 %", deployFixed(contest, split, predict, tested)),
    row(seed, "worst family held out, each at 95 %", deployFixed(contest, split, predict, testedTradeOff(contest, groups))),
    row(seed, "learn then test, abstains at shift", deployFixed(contest, split, predict, tested, guard)),
    row(seed, `${String(CAREFUL)} audits, then 5 %: certified at 95 %`, deployAudited(contest, split, learner, { ...audits, bound: "certified" })),
    ...[CAREFUL, BOLD].map((first) => row(seed, `${String(first)} audits, then 5 %: mean − ${String(z)} standard errors`, deployAudited(contest, split, learner, { ...audits, first, bound: z }))),
  ];
}

function row(seed: number, method: string, deployed: Deployed): ShiftRow {
  const margin = PROMISE.marginMicros / 1_000_000;
  return { seed, method, ...deployed, kept: deployed.quality >= -margin, near: deployed.quality >= -margin - 0.01 };
}

interface HeldOut {
  readonly prompt: number;
  readonly predicted: readonly number[];
}

function learned({ world, models }: Contest, prompts: readonly number[]): PairedLearner {
  const learner = new PairedLearner(world, models);
  for (const prompt of prompts) learner.learn(prompt);
  return learner;
}

/** Asks a learner that learns no more, once about each prompt. */
function remembered(learner: PairedLearner): Predict {
  const known = new Map<number, readonly number[]>();
  return (prompt) => {
    const predicted = known.get(prompt) ?? learner.predict(prompt);
    known.set(prompt, predicted);
    return predicted;
  };
}

/** Each prompt as predicted from those of other parts. */
function heldOut(whole: PairedLearner, prompts: readonly number[], partOf: (prompt: number, at: number) => number): readonly HeldOut[] {
  const parts = prompts.map(partOf);
  return [...new Set(parts)].flatMap((part) => {
    const learner = whole.without(prompts.filter((_, at) => parts[at] === part));
    return prompts.flatMap((prompt, at) => (parts[at] === part ? [{ prompt, predicted: learner.predict(prompt) }] : []));
  });
}

/** What one does without a guarantee: the trade-off that saves most among those that kept the target on average, on prompts held out. */
function plainTradeOff(contest: Contest, held: readonly HeldOut[]): number | null {
  const kept = TRADE_OFFS.filter((tradeOff) => lowerBound(differencesAt(contest, held, tradeOff), 0) >= -PROMISE.marginMicros);
  return kept.at(-1) ?? null;
}

function testedTradeOff(contest: Contest, groups: readonly (readonly HeldOut[])[]): number | null {
  const evidence = TRADE_OFFS.map((tradeOff) => ({ tradeOff, differences: groups.map((group) => differencesAt(contest, group, tradeOff)) }));
  return chooseTradeOff(evidence, PROMISE).chosen;
}

function differencesAt(contest: Contest, held: readonly HeldOut[], tradeOff: number): readonly number[] {
  return held.map(({ prompt, predicted }) => differenceAt(contest, prompt, choiceAt(contest, predicted, tradeOff)));
}

/** A method over all splits. */
export interface ShiftSummary {
  readonly method: string;
  readonly splits: number;
  readonly kept: number;
  readonly near: number;
  readonly quality: number;
  readonly worst: number;
  readonly saving: number;
  readonly audited: number;
}

export function summaryOf(rows: readonly ShiftRow[]): readonly ShiftSummary[] {
  return [...new Set(rows.map(({ method }) => method))].map((method) => {
    const own = rows.filter((other) => other.method === method);
    const mean = (of: (row: ShiftRow) => number): number => own.reduce((sum, one) => sum + of(one), 0) / own.length;
    return {
      method,
      splits: own.length,
      kept: own.filter(({ kept }) => kept).length,
      near: own.filter(({ near }) => near).length,
      quality: mean(({ quality }) => quality),
      worst: Math.min(...own.map(({ quality }) => quality)),
      saving: mean(({ saving }) => saving),
      audited: mean(({ audited }) => audited),
    };
  });
}
