import { MICRO, quantise } from "@caio/core";

import { imaginaryProduct, realProduct } from "../field/samples.ts";
import type { PreparedEncoding } from "./prepared-encoding.ts";
import type { PreparedFields } from "./prepared-fields.ts";

/**
 * I, the matched filter |⟨e_s, Π_high Ψ_i⟩|²/(‖e_s‖²·‖Π_high Ψ_i‖²) in micros, 0 … 1 000 000 (calculus §6). e_s is used as it
 * is. A zero norm gives 0.
 */
export function computeIntentScore(encoding: PreparedEncoding, fields: PreparedFields): number {
  const scale = encoding.energy * fields.highEnergy;
  if (scale === 0) return 0;
  const re = realProduct(encoding.samples, fields.high);
  const im = imaginaryProduct(encoding.samples, fields.high);
  return quantise((re * re + im * im) / scale, 0, MICRO);
}
