/** Calculus §6: what is learned online of a pair, said plainly. */
import type { LearnedValue, OnlineValue, Request } from "@caio/contracts";

import { halfEvenDivide } from "./objects.ts";

/** Integers from −127 to 127: the first 512 features, else the high part of the intent field in micros. */
export function directionNumbers(features: Request["fields"]["features"], high: readonly number[]): readonly number[] {
  const given = features === undefined ? high.map((value) => Math.round(value * 1_000_000)) : features.slice(0, 512);
  const largest = Math.max(...given.map(Math.abs));
  return given.map((value) => (largest === 0 ? 0 : Number(halfEvenDivide(BigInt(value) * 127n, BigInt(largest)))));
}

/** RL before it is clamped. */
export function onlineValue({ theta }: LearnedValue, online: OnlineValue, x: readonly number[], direction: readonly number[], widthMicros: number): number {
  const { prior, cases } = online;
  const claimed = prior.weightMicros / 1e6;
  const observed = online.weightMicros / 1e6;
  const level = claimed + observed === 0 ? 0 : (claimed * (prior.micros / 1e6) + online.sumMicros / 1e6) / (claimed + observed);
  const counted = cases.map((each) => {
    const alike = cosine(each.features, direction) / (online.likenessMicros / 1e6);
    return { weight: alike <= 0 ? 0 : alike ** 6, outcomes: each.weightMicros / 1e6, rewards: each.sumMicros / 1e6 };
  });
  const near = sum(counted.map(({ weight, outcomes }) => weight * outcomes));
  const said = sum(counted.map(({ weight, outcomes, rewards }) => weight * (rewards - outcomes * level))) / (near + 2);
  const linear = sum(x.map((value, i) => value * (theta[i] ?? NaN)));
  const { levelMicros, casesMicros, linearMicros } = online.errors;
  const least = Math.min(levelMicros, casesMicros, linearMicros);
  const [a, b, c] = [0.18 * likelihood(levelMicros - least), 0.8 * likelihood(casesMicros - least), 0.02 * likelihood(linearMicros - least)];
  const estimate = level + (b * said + c * linear) / (a + b + c);
  return estimate + prior.leadMicros / 1e6 + ((widthMicros - online.cautionMicros) / 1e6) / Math.sqrt(near + 2);
}

function likelihood(errorMicros: number): number {
  return Math.exp(-2.5 * (errorMicros / 1e6));
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const norms = dot(a, a) * dot(b, b);
  return a.length !== b.length || norms === 0 ? 0 : dot(a, b) / Math.sqrt(norms);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return sum(a.map((value, i) => value * (b[i] ?? 0)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
