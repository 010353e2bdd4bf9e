import { CaioError, MICRO } from "@caio/core";

/** Most numbers that features may have. */
export const MAX_FEATURES = 1024;

/**
 * What learning sees of a text: at most 1 024 integers in micros, together of length 1 (each rounded once, half to even), or all zero
 * for a text without content. They cross every border in this form, as fields do.
 */
export type FeatureVector = readonly number[];

/** Rounding n numbers moves the length by at most ½·√n micros. */
const TOLERANCE = Math.sqrt(MAX_FEATURES) / 2;

/** What is wrong with numbers that should be features, or undefined. */
export function featuresProblem(features: readonly number[]): { readonly found: string; readonly expected: string } | undefined {
  if (features.length < 1 || features.length > MAX_FEATURES) return { found: `${String(features.length)} numbers`, expected: `1 to ${String(MAX_FEATURES)} integers in micros` };
  let square = 0;
  for (const [at, value] of features.entries()) {
    if (!Number.isSafeInteger(value) || Math.abs(value) > MICRO) return { found: `${String(value)} at index ${String(at)}`, expected: "an integer from -1000000 to 1000000" };
    square += value * value;
  }
  const length = Math.sqrt(square);
  if (length === 0 || Math.abs(length - MICRO) <= TOLERANCE) return undefined;
  return { found: `the length ${String(Math.round(length))} micros`, expected: "length 1 (1000000 micros), or zeros" };
}

/** @throws CaioError `InvalidField` for what are no features */
export function requireFeatures(features: readonly number[]): FeatureVector {
  const problem = featuresProblem(features);
  if (problem === undefined) return features;
  throw new CaioError("InvalidField", `Found ${problem.found} in features, expected ${problem.expected}.`, { details: problem });
}
