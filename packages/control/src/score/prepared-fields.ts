import type { RequestFields } from "@caio/contracts";

import { fft, inverseFft } from "../exact/fourier.ts";
import { bandEnergy, keepBand } from "../field/bands.ts";
import { fieldStateOf, type FieldState } from "../field/field-state.ts";
import { energyOf, PARTS, samplesOf } from "../field/samples.ts";
import { attentionQuery } from "./attention-query.ts";
import { highBandFeatures } from "../field/high-band-features.ts";
import { caseDirection, type CaseDirection } from "../learning/online/case-direction.ts";

/** All that the score terms need of a request, worked out once; then each candidate costs a few inner products. */
export interface PreparedFields {
  /** Ψ_i */
  readonly intent: Float64Array;
  /** ‖Ψ_i‖ */
  readonly intentNorm: number;
  /** Π_high Ψ_i */
  readonly high: Float64Array;
  /** ‖Π_high Ψ_i‖², summed over the bins. */
  readonly highEnergy: number;
  /** q of the attention term; absent without context. */
  readonly query?: Float64Array;
  /** ‖q‖; 0 without context. */
  readonly queryNorm: number;
  /** x of the learned term: 16 doubles. */
  readonly features: Float64Array;
  /** Where the request is among the cases of a pair; asked for only where a pair has an online value. */
  readonly direction: CaseDirection;
  /** The integers that are reported. */
  readonly state: FieldState;
}

/**
 * Work of the score terms that depends on the request alone (calculus §6).
 *
 * @throws CaioError `InvalidField` if a field is not 128 safe integers.
 *
 * @example
 * ```ts
 * import { computeIntentScore, HashingEncoder, prepareEncoding, prepareFields } from "@caio/control";
 *
 * const encoder = new HashingEncoder();
 * const fields = prepareFields({ intent: encoder.encode("translate this letter"), context: [] });
 * computeIntentScore(prepareEncoding(encoder.encode("translates letters")), fields); // micros, 0 … 1 000 000
 * ```
 */
export function prepareFields(fields: Pick<RequestFields, "intent" | "context" | "features">): PreparedFields {
  const { context } = fields;
  // One piece of memory for all: a typed array of its own for each costs more than what is worked out in it.
  const room = new Float64Array(PARTS * (3 + context.length));
  const part = (index: number): Float64Array => room.subarray(index * PARTS, (index + 1) * PARTS);
  const intent = samplesOf(fields.intent, part(0));
  const spectrum = fft(intent, part(1));
  const state = fieldStateOf(intent, spectrum);
  keepBand(spectrum, "high");
  const query = attentionQuery(intent, context.map((item, index) => samplesOf(item, part(3 + index))));
  const high = inverseFft(spectrum, part(2));
  let direction: CaseDirection | undefined;
  return {
    intent,
    intentNorm: Math.sqrt(energyOf(intent)),
    high,
    highEnergy: bandEnergy(spectrum, "high"),
    ...(query === undefined ? {} : { query }),
    queryNorm: query === undefined ? 0 : Math.sqrt(energyOf(query)),
    features: highBandFeatures(spectrum),
    get direction() {
      return (direction ??= caseDirection(fields.features, high));
    },
    state,
  };
}
