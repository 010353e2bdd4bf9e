import type { LearnedCase, LearnedValue, OnlineValue } from "@caio/contracts";
import { MICRO, mulDiv, roundHalfEven } from "@caio/core";

import { expExact } from "../../exact/exponential.ts";
import type { LinUcb } from "../lin-ucb.ts";
import { directionOf, likeness, type CaseDirection } from "./case-direction.ts";
import { onlineEstimate, type LearnedPoint } from "./online-estimate.ts";
import { casesOf, type OnlineSettings } from "./online-settings.ts";

/** What errors of the past count at each outcome, micros. */
const FADE_MICROS = 998_000;
/** A drift of rewards that the CUSUM lets pass, micros. */
const SLACK_MICROS = 50_000;
/** What is left of all evidence once rewards have changed, micros. */
const KEPT_MICROS = 50_000;
const LN_2 = 0.6931471805599453;

/** A learned value that has an online part. */
export interface WithOnline extends LearnedValue {
  readonly online: OnlineValue;
}

/**
 * Learns one reward (calculus §9): forgets by the half-life, judges what was foretold, adds to the level what cases and LinUCB do not explain,
 * to the nearest case (or a new one) the reward, and to LinUCB what the level leaves. Where the CUSUM of the errors passes its bound, the pair is
 * no longer what it was: a twentieth of all evidence stays, of the claim's too.
 */
export function updateOnline(learned: WithOnline, point: LearnedPoint, rewardMicros: number, settings: OnlineSettings, bandit: LinUcb): WithOnline {
  const reward = rewardMicros / MICRO;
  const faded = fade(learned.online, settings.halfLife);
  const { level, cases, linear, value } = onlineEstimate(learned, faded, point);
  const online: OnlineValue = {
    ...faded,
    weightMicros: faded.weightMicros + MICRO,
    sumMicros: faded.sumMicros + toMicros(reward - (value - level)),
    cases: addCase(faded.cases, point.direction, rewardMicros, faded.likenessMicros, settings),
    errors: {
      levelMicros: judged(faded.errors.levelMicros, reward - level),
      casesMicros: judged(faded.errors.casesMicros, reward - level - cases),
      linearMicros: judged(faded.errors.linearMicros, reward - level - linear),
    },
    change: ran(faded.change, toMicros(reward - value)),
  };
  const next = bandit.update(learned, point.features, toMicros(reward - level));
  return settle({ ...learned, ...next, online }, settings, bandit);
}

/** A reward that was learned before, changed by so much: at the case where it is, at the level, in LinUCB and in the CUSUM. */
export function correctOnline(learned: WithOnline, point: LearnedPoint, deltaMicros: number, settings: OnlineSettings, bandit: LinUcb): WithOnline {
  const { online } = learned;
  // What has no direction was put into no case.
  const [at] = point.direction.energy === 0 ? [-1] : nearest(online.cases, point.direction);
  const corrected: OnlineValue = {
    ...online,
    sumMicros: correctedSum(online, deltaMicros),
    cases: online.cases.map((each, index) => (index === at ? { ...each, sumMicros: correctedSum(each, deltaMicros) } : each)),
    change: { aboveMicros: Math.max(0, online.change.aboveMicros + deltaMicros), belowMicros: Math.max(0, online.change.belowMicros - deltaMicros) },
  };
  return settle({ ...learned, ...bandit.correct(learned, point.features, deltaMicros), online: corrected }, settings, bandit);
}

/** What was let go of cannot be corrected: a sum goes no further than the weight that is left allows, 2 for each reward less what was foreseen. */
function correctedSum({ sumMicros, weightMicros }: Pick<OnlineValue, "sumMicros" | "weightMicros">, deltaMicros: number): number {
  const most = Math.max(2 * weightMicros, Math.abs(sumMicros));
  return Math.min(most, Math.max(-most, sumMicros + deltaMicros));
}

/** Lets go of what was learned of a pair that has changed. */
function settle(learned: WithOnline, { changeMicros }: OnlineSettings, bandit: LinUcb): WithOnline {
  const { aboveMicros, belowMicros } = learned.online.change;
  if (changeMicros === 0 || Math.max(aboveMicros, belowMicros) <= changeMicros) return learned;
  const { prior } = learned.online;
  const kept = share(learned.online, KEPT_MICROS);
  const online: OnlineValue = {
    ...kept,
    prior: { ...prior, weightMicros: scale(prior.weightMicros, KEPT_MICROS) },
    errors: { levelMicros: 0, casesMicros: 0, linearMicros: 0 },
    change: { aboveMicros: 0, belowMicros: 0 },
  };
  return { ...learned, ...bandit.initial(), online };
}

function fade(online: OnlineValue, halfLife: number): OnlineValue {
  if (halfLife === 0) return online;
  const keptMicros = toMicros(expExact(-LN_2 / halfLife));
  return { ...share(online, keptMicros), prior: { ...online.prior, weightMicros: scale(online.prior.weightMicros, keptMicros) } };
}

/** So much of the evidence. A case of which nothing is left goes. */
function share(online: OnlineValue, keptMicros: number): OnlineValue {
  const cases = online.cases.map((each) => ({ ...each, weightMicros: scale(each.weightMicros, keptMicros), sumMicros: scale(each.sumMicros, keptMicros) }));
  return { ...online, weightMicros: scale(online.weightMicros, keptMicros), sumMicros: scale(online.sumMicros, keptMicros), cases: cases.filter(({ weightMicros }) => weightMicros > 0) };
}

/** The cases with one outcome more: in the nearest, if that is alike enough or there is room for no other. */
function addCase(cases: readonly LearnedCase[], direction: CaseDirection, rewardMicros: number, likenessMicros: number, settings: OnlineSettings): readonly LearnedCase[] {
  const room = casesOf(settings, direction.numbers.length);
  if (room === 0 || direction.energy === 0) return cases;
  const [at, alike] = nearest(cases, direction);
  if (at >= 0 && (alike >= likenessMicros / MICRO || cases.length >= room)) {
    return cases.map((each, index) => (index === at ? { ...each, weightMicros: each.weightMicros + MICRO, sumMicros: each.sumMicros + rewardMicros } : each));
  }
  return [...cases.slice(cases.length >= room ? 1 : 0), { features: direction.numbers, weightMicros: MICRO, sumMicros: rewardMicros }];
}

/** The first of those that are most alike, and how alike it is; −1 if there is none in the same space. */
function nearest(cases: readonly LearnedCase[], direction: CaseDirection): readonly [at: number, alike: number] {
  let best = Number.NEGATIVE_INFINITY;
  let at = -1;
  for (const [index, { features }] of cases.entries()) {
    if (features.length !== direction.numbers.length) continue;
    const alike = likeness(directionOf(features), direction);
    if (alike <= best) continue;
    best = alike;
    at = index;
  }
  return [at, best];
}

function judged(errorMicros: number, error: number): number {
  return scale(errorMicros, FADE_MICROS) + toMicros(error * error);
}

function ran({ aboveMicros, belowMicros }: OnlineValue["change"], errorMicros: number): OnlineValue["change"] {
  return { aboveMicros: Math.max(0, aboveMicros + errorMicros - SLACK_MICROS), belowMicros: Math.max(0, belowMicros - errorMicros - SLACK_MICROS) };
}

function scale(value: number, micros: number): number {
  return mulDiv(value, micros, MICRO, "half-even");
}

function toMicros(value: number): number {
  return roundHalfEven(value * MICRO);
}
