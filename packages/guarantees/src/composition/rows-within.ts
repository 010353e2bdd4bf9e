import type { Derivation } from "./derivation.ts";
import { latencyWithin, tailWithin } from "./rows/latency.ts";
import type { Ratio } from "./rows/ratio.ts";
import type { Rows } from "./rows/rows.ts";
import { addTails } from "./rows/sums.ts";

/**
 * The rows of a plan that is stopped at an overall deadline: answers that would come later are none. What held per
 * answered call no longer does, since the answers cut off may be the right ones.
 */
export function rowsWithin(rows: Rows, deadlineUs: number, proof: Derivation): Rows {
  if (deadlineUs >= rows.deadlineUs) return rows;
  const tailPpm = tailWithin(rows.latency, deadlineUs);
  const note = <T>(row: string, operands: unknown, result: T): T => proof.note("plan", row, "within", operands, result);
  const accuracy = Object.entries(rows.accuracy).map(([name, ratio]): [string, Ratio] => [name, onAverage(ratio)]);
  return {
    ...rows,
    deadlineUs,
    latency: note("latency", [rows.latency, { deadlineUs }], latencyWithin(rows.latency, deadlineUs)),
    availabilityMicros: note(
      "availability",
      [rows.availabilityMicros, tailPpm],
      Math.max(0, rows.availabilityMicros - tailPpm),
    ),
    detectedErrorMicros: note(
      "detected_error",
      [rows.detectedErrorMicros, tailPpm],
      addTails(rows.detectedErrorMicros, tailPpm),
    ),
    accuracy: Object.fromEntries(accuracy),
    undetectedError: onAverage(rows.undetectedError),
  };
}

function onAverage({ micros }: Ratio): Ratio {
  return { micros, conditional: false };
}
