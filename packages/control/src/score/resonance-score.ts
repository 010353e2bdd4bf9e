import { CaioError, MICRO, quantise } from "@caio/core";

import { PARTS } from "../field/samples.ts";
import type { PreparedFields } from "./prepared-fields.ts";

/**
 * W, the real cosine of Ψ_i and the pair's memory field in micros, ±1 000 000 (calculus §6). No memory, or a zero norm: 0.
 *
 * @param memory - 128 doubles of the leaf
 * @throws CaioError `InvalidHistory` unless the memory has 128 finite numbers.
 */
export function computeResonanceScore(memory: readonly number[] | undefined, fields: PreparedFields): number {
  if (memory === undefined) return 0;
  const intent = fields.intent;
  let product = 0;
  let energy = 0;
  for (let index = 0; index < PARTS; index += 2) {
    const re = memory[index] ?? Number.NaN;
    const im = memory[index + 1] ?? Number.NaN;
    product += (intent[index] ?? 0) * re + (intent[index + 1] ?? 0) * im;
    energy += re * re + im * im;
  }
  if (memory.length !== PARTS || !Number.isFinite(energy)) {
    throw new CaioError("InvalidHistory", "Found a memory field that is not 128 finite numbers; write the leaf anew.", {
      details: { length: memory.length, expected: "128 finite numbers" },
    });
  }
  const scale = fields.intentNorm * Math.sqrt(energy);
  return scale === 0 ? 0 : quantise(product / scale, -MICRO, MICRO);
}
