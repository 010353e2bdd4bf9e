import type { Field } from "@caio/contracts";

import { energyOf, samplesOf } from "../field/samples.ts";

/** An encoding e_s with its norms; worth keeping as long as the contract version lives. */
export interface PreparedEncoding {
  readonly samples: Float64Array;
  /** ‖e_s‖² */
  readonly energy: number;
  /** ‖e_s‖ */
  readonly norm: number;
}

/** Work of the score terms that depends on the contract alone. @throws CaioError `InvalidField` */
export function prepareEncoding(encoding: Field): PreparedEncoding {
  const samples = samplesOf(encoding);
  const energy = energyOf(samples);
  return { samples, energy, norm: Math.sqrt(energy) };
}
