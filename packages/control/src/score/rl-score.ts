import type { LearnedValue } from "@caio/contracts";
import { MICRO, quantise } from "@caio/core";

import { onlineScore } from "../learning/online/online-estimate.ts";
import { upperConfidenceValue } from "../learning/upper-confidence.ts";
import type { PreparedFields } from "./prepared-fields.ts";

/**
 * RL, the learned value x·θ + c·√(xᵀA⁻¹x) of a pair in micros, ±1 000 000 (calculus §6). Nothing learned: 0. With an
 * online value: its estimate, its lead and (c − caution)·width.
 *
 * @param widthMicros - c, the policy's `rl.widthMicros`
 * @param expectedMicros - what a fitted model expects of the pair on this request beyond its average; it is added
 * @throws CaioError `InvalidHistory` unless θ and A⁻¹ have 16 and 256 finite numbers.
 */
export function computeRlScore(learned: LearnedValue | undefined, fields: PreparedFields, widthMicros: number, expectedMicros = 0): number {
  if (learned === undefined) return 0;
  if (learned.online !== undefined) return quantise(onlineScore(learned, learned.online, fields, widthMicros) + expectedMicros / MICRO, -MICRO, MICRO);
  return quantise(upperConfidenceValue(learned, fields.features, widthMicros) + expectedMicros / MICRO, -MICRO, MICRO);
}
