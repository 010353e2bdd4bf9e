import type { LearnedValue, OnlineValue } from "@caio/contracts";
import { MICRO } from "@caio/core";

import { expExact } from "../../exact/exponential.ts";
import { directionOf, likeness, type CaseDirection } from "./case-direction.ts";

/** Outcomes' worth of cases at which what they say counts half. */
const SHRINK = 2;
/** Squared errors that a likelihood falls by e for: 2σ² for the spread of rewards from 0 to 1. */
const SHARPNESS = 2.5;
/** What is believed of the three before they foretold anything. */
const BEFORE = { level: 0.18, cases: 0.8, linear: 0.02 } as const;

/** What a request is to the learned values. */
export interface LearnedPoint {
  /** x of LinUCB, 16 doubles. */
  readonly features: Float64Array;
  readonly direction: CaseDirection;
}

/** A pair's estimate, taken apart. Rewards, not micros. */
export interface OnlineEstimate {
  /** The level: claim and outcomes. */
  readonly level: number;
  /** What cases say beyond the level, shrunk; and what LinUCB says beyond it. */
  readonly cases: number;
  readonly linear: number;
  /** Level and what is believed of both. */
  readonly value: number;
  /** Outcomes' worth of cases that are near. */
  readonly near: number;
  /** 1/√(near + 2) */
  readonly width: number;
}

/**
 * What a pair is expected to earn on a request (calculus §6): level + share of what its cases say + share of what LinUCB says, the shares by
 * how well each has foretold what came (squared errors so far, as a Bayesian model average weighs them).
 *
 * The level is (w₀·claim + Σ)/(w₀ + n). A case of weight W and rewards S on prompts with cosine q counts W·u, u = (q/likeness)⁶ for q > 0;
 * with N = Σ u·W and D = Σ u·(S − W·level) the cases say D/(N + 2).
 */
export function onlineEstimate(learned: Pick<LearnedValue, "theta">, online: OnlineValue, point: LearnedPoint): OnlineEstimate {
  const level = levelOf(online);
  let near = 0;
  let excess = 0;
  for (const { features, weightMicros, sumMicros } of online.cases) {
    const alike = likeness(directionOf(features), point.direction) * (MICRO / online.likenessMicros);
    if (alike <= 0) continue;
    const square = alike * alike;
    const weight = square * square * square;
    near += weight * (weightMicros / MICRO);
    excess += weight * (sumMicros / MICRO - (weightMicros / MICRO) * level);
  }
  const cases = excess / (near + SHRINK);
  let linear = 0;
  for (let i = 0; i < point.features.length; i++) linear += (point.features[i] ?? 0) * (learned.theta[i] ?? 0);
  const shares = sharesOf(online);
  return { level, cases, linear, near, value: level + shares.cases * cases + shares.linear * linear, width: 1 / Math.sqrt(near + SHRINK) };
}

/** RL of a pair with an online value, before clamping: its estimate, its lead, and (c − caution)·width. */
export function onlineScore(learned: LearnedValue, online: OnlineValue, point: LearnedPoint, widthMicros: number): number {
  const { value, width } = onlineEstimate(learned, online, point);
  return value + online.prior.leadMicros / MICRO + ((widthMicros - online.cautionMicros) / MICRO) * width;
}

function levelOf({ prior, weightMicros, sumMicros }: OnlineValue): number {
  const weight = prior.weightMicros + weightMicros;
  return weight === 0 ? 0 : ((prior.weightMicros / MICRO) * (prior.micros / MICRO) + sumMicros / MICRO) / (weight / MICRO);
}

function sharesOf({ errors }: OnlineValue): { readonly cases: number; readonly linear: number } {
  const { levelMicros, casesMicros, linearMicros } = errors;
  const least = Math.min(levelMicros, casesMicros, linearMicros);
  const belief = (micros: number, before: number): number => before * expExact((-SHARPNESS * (micros - least)) / MICRO);
  const level = belief(levelMicros, BEFORE.level);
  const cases = belief(casesMicros, BEFORE.cases);
  const linear = belief(linearMicros, BEFORE.linear);
  const sum = level + cases + linear;
  return { cases: cases / sum, linear: linear / sum };
}
