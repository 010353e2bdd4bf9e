import { CaioError } from "@caio/core";

import { PARTS } from "./samples.ts";

/**
 * A memory field Ψ_RFS of a history leaf as 128 doubles.
 *
 * @throws CaioError `InvalidHistory` unless there are 128 finite numbers.
 */
export function memorySamples(memory: readonly number[]): Float64Array {
  if (memory.length !== PARTS || !memory.every(Number.isFinite)) {
    throw new CaioError("InvalidHistory", "Found a memory field that is not 128 finite numbers; write the leaf anew.", {
      details: { length: memory.length, expected: "128 finite numbers" },
    });
  }
  return Float64Array.from(memory);
}
