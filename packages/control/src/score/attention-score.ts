import { MICRO, quantise } from "@caio/core";

import { realProduct } from "../field/samples.ts";
import type { PreparedEncoding } from "./prepared-encoding.ts";
import type { PreparedFields } from "./prepared-fields.ts";

/** A, the real cosine of e_s and q in micros, ±1 000 000 (calculus §6). No context, or a zero norm: 0. */
export function computeAttentionScore(encoding: PreparedEncoding, fields: PreparedFields): number {
  const scale = encoding.norm * fields.queryNorm;
  if (fields.query === undefined || scale === 0) return 0;
  return quantise(realProduct(encoding.samples, fields.query) / scale, -MICRO, MICRO);
}
