import { MICRO, saturatingMulDiv } from "@caio/core";
import { newWager, ODDS_AGAINST, ODDS_IN_FAVOUR, playWager, wagerFactors, wagerWealth, type Wager } from "@caio/guarantees";

import { factorsAgainst, factorsInFavour } from "./paired-wager.ts";
import { requireQualityTerms, requireWhole, type QualityTerms } from "./quality-terms.ts";

/** What a watch holds a trade-off to. */
export interface QualityWatchTerms extends QualityTerms {
  /** Chance that savings are ever given up though the promise is kept, micros; once for quality and once for shift. */
  readonly falseAlarmMicros: number;
  /**
   * Greatest share of prompts that may be unlike what was learned, ppm: more is a shift. To be set above the false alarms of `isUnlike`:
   * n held-back prompts settle that share only up to about its root over n.
   */
  readonly unlikePpm: number;
}

/** Why the reference alone is served: not yet enough evidence; evidence that quality is lost; prompts that are not what was learned. */
export type AbstainReason = "no_evidence" | "quality_lost" | "shift";

/** What the evidence says. `kept`: the trade-off may be used. `abstain`: the reference is served. */
export type QualityDecision =
  | { readonly kind: "kept"; readonly evidence: "learned_then_tested" | "audits" }
  | { readonly kind: "abstain"; readonly reason: AbstainReason };

/** The state of a quality promise: plain JSON of bounded size. */
export interface QualityWatch {
  readonly terms: QualityWatchTerms;
  readonly decision: QualityDecision;
  /** How often it abstained anew, the first time counted. Each life has its share of the risks, 1/(j(j+1)). */
  readonly life: number;
  readonly audits: number;
  /** Sum of the differences, micros. */
  readonly sumMicros: number;
  readonly prompts: number;
  readonly unlike: number;
  /** While abstaining: the bets that the promise would be kept. */
  readonly favour: Wager;
  /** While released: the bets that it is broken. */
  readonly accuse: Wager;
  readonly shift: Wager;
}

/**
 * A watch that begins to look. It serves the reference until audits release savings, unless a trade-off was learned and then tested.
 *
 * @throws CaioError `NumberOutOfRange`
 */
export function newQualityWatch(terms: QualityWatchTerms, tested: boolean): QualityWatch {
  requireQualityTerms(terms);
  requireWhole("falseAlarmMicros", terms.falseAlarmMicros, 1, MICRO - 1);
  requireWhole("unlikePpm", terms.unlikePpm, 1, MICRO - 1);
  const decision: QualityDecision = tested ? { kind: "kept", evidence: "learned_then_tested" } : { kind: "abstain", reason: "no_evidence" };
  return { terms, decision, life: 1, audits: 0, sumMicros: 0, prompts: 0, unlike: 0, ...newBets() };
}

/**
 * Counts one audited prompt: both what the trade-off chooses and the reference were judged on it, whichever was served. Which prompts are
 * audited has to be chance; then, looked at whenever one likes,
 * - while the mean difference, given all before, stays ≥ −margin, savings are given up for lost quality with probability at most
 *   `falseAlarmMicros` in all lives together;
 * - while it stays ≤ −margin, audits release them with probability at most `riskMicros` in all lives together (Ville).
 *
 * @param differenceMicros - score of the choice less that of the reference, −1 000 000 … 1 000 000
 * @throws CaioError `NumberOutOfRange`
 */
export function afterAudit(watch: QualityWatch, differenceMicros: number): QualityWatch {
  const { terms, life } = watch;
  const { marginMicros } = terms;
  const counted = { ...watch, audits: watch.audits + 1, sumMicros: watch.sumMicros + differenceMicros };
  if (watch.decision.kind === "abstain") {
    const favour = playWager(watch.favour, factorsInFavour(differenceMicros, marginMicros));
    const released = wagerWealth(favour) >= thresholdOf(life, terms.riskMicros);
    return released ? { ...counted, ...newBets(), decision: { kind: "kept", evidence: "audits" } } : { ...counted, favour };
  }
  const accuse = playWager(watch.accuse, factorsAgainst(differenceMicros, marginMicros));
  const lost = wagerWealth(accuse) >= thresholdOf(life, terms.falseAlarmMicros);
  return lost ? giveUp(counted, "quality_lost") : { ...counted, accuse };
}

/**
 * Counts one prompt, audited or not. If more are unlike what was learned than usual, by evidence that ever arises with probability at
 * most `falseAlarmMicros` while they are usual ones, a released trade-off is given up: it says nothing of these prompts. Evidence by audits is of these very
 * prompts, so only what was learned before is given up.
 */
export function afterPrompt(watch: QualityWatch, unlike: boolean): QualityWatch {
  const { decision, terms, life } = watch;
  const counted = { ...watch, prompts: watch.prompts + 1, unlike: watch.unlike + Number(unlike) };
  if (decision.kind !== "kept" || decision.evidence === "audits") return counted;
  const shift = playWager(watch.shift, wagerFactors(ODDS_AGAINST, unlike ? MICRO : 0, terms.unlikePpm));
  return wagerWealth(shift) >= thresholdOf(life, terms.falseAlarmMicros) ? giveUp(counted, "shift") : { ...counted, shift };
}

/** Capital of the running test, and how much of it decides. */
export function capitalOfWatch({ decision, favour, accuse, terms, life }: QualityWatch): { readonly wealth: number; readonly threshold: number } {
  return decision.kind === "abstain"
    ? { wealth: wagerWealth(favour), threshold: thresholdOf(life, terms.riskMicros) }
    : { wealth: wagerWealth(accuse), threshold: thresholdOf(life, terms.falseAlarmMicros) };
}

/** Savings given up on another's word: the reference is served until audits release them anew, in a further life. */
export function giveUp(watch: QualityWatch, reason: AbstainReason): QualityWatch {
  return { ...watch, ...newBets(), life: watch.life + 1, decision: { kind: "abstain", reason } };
}

function newBets(): Pick<QualityWatch, "favour" | "accuse" | "shift"> {
  return { favour: newWager(ODDS_IN_FAVOUR), accuse: newWager(ODDS_AGAINST), shift: newWager(ODDS_AGAINST) };
}

/** j(j+1)/risk, so that all lives together have the risk. */
function thresholdOf(life: number, riskMicros: number): number {
  return saturatingMulDiv(life * (life + 1), MICRO, riskMicros, "up");
}
