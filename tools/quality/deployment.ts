import { afterAudit, afterPrompt, chooseTradeOff, isUnlike, newQualityWatch, type QualityWatch, type ShiftReference } from "@caio/learning";

import type { FamilySplit } from "./families.ts";
import { lotsOf } from "./lots.ts";
import type { PairedLearner } from "./paired-learner.ts";
import type { PromptWorld } from "./prompt-world.ts";
import { choiceAt, TRADE_OFFS } from "./trade-offs.ts";

/** The models of an experiment, the reference first. */
export interface Contest {
  readonly world: PromptWorld;
  readonly models: readonly number[];
}

/** How a deployment went: quality per prompt less that of the reference, and the share of its cost that was saved, audits and all counted. */
export interface Deployed {
  readonly quality: number;
  readonly saving: number;
  readonly audited: number;
  readonly abstained: number;
}

/** Expected score of each model on a prompt. */
export type Predict = (prompt: number) => readonly number[];

/** What a prompt is compared with, and when it is unlike that. */
export interface ShiftGuard {
  readonly reference: ShiftReference;
  readonly terms: QualityWatch["terms"];
  readonly falseAlarmPpm: number;
}

/** The score of a choice less the reference's, micros. */
export function differenceAt({ world, models }: Contest, prompt: number, choice: number): number {
  const [reference = 0] = models;
  return Math.round(1_000_000 * (world.score(prompt, models[choice] ?? reference) - world.score(prompt, reference)));
}

/** One trade-off throughout, as it was fixed beforehand; `unlike` prompts get the reference, and the watch gives all up at a shift. */
export function deployFixed(contest: Contest, split: FamilySplit, predict: Predict, tradeOff: number | null, guard?: ShiftGuard): Deployed {
  const { world } = contest;
  const tally = new Tally(contest);
  let watch = guard === undefined ? undefined : newQualityWatch(guard.terms, tradeOff !== null);
  for (const prompt of split.deployed) {
    let choice = tradeOff === null || watch?.decision.kind === "abstain" ? 0 : choiceAt(contest, predict(prompt), tradeOff);
    if (guard !== undefined && watch !== undefined) {
      const unlike = isUnlike(guard.reference, world.vectors.subarray(prompt * world.width, (prompt + 1) * world.width), guard.falseAlarmPpm);
      watch = afterPrompt(watch, unlike);
      if (unlike) choice = 0;
    }
    tally.serve(prompt, choice);
  }
  return tally.result();
}

/** How savings are released by audits. */
export interface AuditTerms {
  readonly marginMicros: number;
  readonly riskMicros: number;
  /** `certified`: learn then test by bets, valid whenever one looks. A number: mean − z standard errors, an approximation. */
  readonly bound: "certified" | number;
  /** The boldest trade-off that may be released: few audits pass a bold one by luck. */
  readonly most: number;
  /** Audits before anything is released: until then every prompt is audited. */
  readonly first: number;
  /** Share of prompts audited afterwards. */
  readonly share: number;
  /** What judging one prompt costs, in calls of the reference. */
  readonly judge: number;
}

/** Prompts between two choices of the trade-off. */
const BATCH = 100;
/** How many times as much an audit of these families counts as an outcome of others. */
const OWN_WEIGHT = 3;
/** Audits at which half of the mean error of the predictions is taken for a bias. */
const HALF_BIAS = 600;

/** An audited prompt, as it was predicted before it was judged. */
interface Audit {
  readonly prompt: number;
  readonly predicted: readonly number[];
  /** What each trade-off chose for it then. */
  readonly chosen: readonly number[];
}

/**
 * Begins with the reference for every prompt and audits: the reference's answer is served, the other models are asked too, all are
 * judged, all of it is paid. What audits say is learned, and releases the trade-off that saves most among those whose quality on audits is good enough;
 * while it is released, the watch gives it up for good when quality is lost.
 */
export function deployAudited(contest: Contest, split: FamilySplit, begun: PairedLearner, terms: AuditTerms): Deployed {
  const lots = lotsOf(split.seed + 2000);
  const learner = begun.copy();
  const tally = new Tally(contest);
  const audits: Audit[] = [];
  let watch = newQualityWatch({ ...terms, falseAlarmMicros: terms.riskMicros, unlikePpm: 100_000 }, true);
  for (let from = 0; from < split.deployed.length; from += BATCH) {
    const bias = biasOf(contest, audits);
    const released = audits.length < terms.first || watch.decision.kind === "abstain" ? null : release(contest, audits, bias, terms);
    const learned: number[] = [];
    for (const prompt of split.deployed.slice(from, from + BATCH)) {
      const predicted = learner.predict(prompt);
      const adjusted = predicted.map((score, at) => score + (bias[at] ?? 0));
      const choice = released === null ? 0 : choiceAt(contest, adjusted, released);
      if (lots.next() >= (audits.length + learned.length < terms.first ? 1 : terms.share)) {
        tally.serve(prompt, choice);
        continue;
      }
      tally.audit(prompt, terms.judge);
      audits.push({ prompt, predicted, chosen: TRADE_OFFS.map((tradeOff) => choiceAt(contest, adjusted, tradeOff)) });
      if (released !== null) watch = afterAudit(watch, differenceAt(contest, prompt, choice));
      learned.push(prompt);
    }
    for (const prompt of learned) learner.learn(prompt, OWN_WEIGHT);
  }
  return tally.result();
}

/** How much better than predicted each model is, against the reference, on what was audited. */
function biasOf({ world, models }: Contest, audits: readonly Audit[]): readonly number[] {
  const [reference = 0] = models;
  return models.map((model, at) => {
    const errors = audits.map(({ prompt, predicted }) => world.score(prompt, model) - world.score(prompt, reference) - (predicted[at] ?? 0) + (predicted[0] ?? 0));
    return at === 0 ? 0 : errors.reduce((sum, error) => sum + error, 0) / (errors.length + HALF_BIAS);
  });
}

function release(contest: Contest, audits: readonly Audit[], bias: readonly number[], { bound, most, ...terms }: AuditTerms): number | null {
  const allowed = TRADE_OFFS.filter((tradeOff) => tradeOff <= most);
  if (bound === "certified") {
    // By what each trade-off chose before the audit: so its capital is a martingale, and may be looked at again and again.
    const evidence = allowed.map((tradeOff, at) => ({ tradeOff, differences: [audits.map(({ prompt, chosen }) => differenceAt(contest, prompt, chosen[at] ?? 0))] }));
    return chooseTradeOff(evidence, terms).chosen;
  }
  let best: number | null = null;
  for (const tradeOff of allowed) {
    const differences = audits.map(({ prompt, predicted }) => differenceAt(contest, prompt, choiceAt(contest, predicted.map((score, at) => score + (bias[at] ?? 0)), tradeOff)));
    if (lowerBound(differences, bound) >= -terms.marginMicros) best = tradeOff;
  }
  return best;
}

/** Mean − z standard errors. */
export function lowerBound(values: readonly number[], z: number): number {
  if (values.length === 0) return -Infinity;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return mean - z * Math.sqrt(square / values.length);
}

class Tally {
  readonly #contest: Contest;
  #prompts = 0;
  #quality = 0;
  #paid = 0;
  #whole = 0;
  #audited = 0;
  #reference = 0;

  constructor(contest: Contest) {
    this.#contest = contest;
  }

  serve(prompt: number, choice: number): void {
    const { world, models } = this.#contest;
    this.#count(prompt);
    this.#quality += differenceAt(this.#contest, prompt, choice);
    this.#paid += world.cost(prompt, models[choice] ?? 0);
    if (choice === 0) this.#reference += 1;
  }

  audit(prompt: number, judge: number): void {
    const { world, models } = this.#contest;
    this.#count(prompt);
    this.#audited += 1;
    this.#paid += models.reduce((sum, model) => sum + world.cost(prompt, model), 0) + judge * world.cost(prompt, models[0] ?? 0);
  }

  result(): Deployed {
    const prompts = this.#prompts;
    return { quality: this.#quality / prompts / 1_000_000, saving: 1 - this.#paid / this.#whole, audited: this.#audited / prompts, abstained: this.#reference / prompts };
  }

  #count(prompt: number): void {
    const { world, models } = this.#contest;
    this.#prompts += 1;
    this.#whole += world.cost(prompt, models[0] ?? 0);
  }
}
