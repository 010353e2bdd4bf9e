import { CaioError } from "@caio/core";

/** The policy's `control` (calculus §9): every quantity in micros. */
export interface ControlParameters {
  /** g_e, ≥ 0 */
  readonly exciteMicros: number;
  /** g_d, ≥ 0 */
  readonly dampMicros: number;
  /** c, ≥ 0 */
  readonly cMicros: number;
  /** m, > 0 */
  readonly mMicros: number;
  /** Δ, > 0 */
  readonly intervalMicros: number;
  /** E_max, ≥ 0 */
  readonly eMaxMicros: number;
}

/** @throws CaioError `InvalidPolicy` where a parameter is no safe integer of the range stated. */
export function requireControlParameters(parameters: ControlParameters): void {
  const { exciteMicros, dampMicros, cMicros, mMicros, intervalMicros, eMaxMicros } = parameters;
  for (const [name, value] of Object.entries({ exciteMicros, dampMicros, cMicros, eMaxMicros })) requireFrom(0, name, value);
  for (const [name, value] of Object.entries({ mMicros, intervalMicros })) requireFrom(1, name, value);
}

function requireFrom(min: number, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= min) return;
  const expected = `an integer of at least ${String(min)}`;
  throw new CaioError("InvalidPolicy", `At control.${name}: found ${String(value)}, expected ${expected}.`, {
    details: { path: `control.${name}`, found: String(value), expected },
  });
}
