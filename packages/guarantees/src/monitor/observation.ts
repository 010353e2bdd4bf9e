import type { Outcome } from "@caio/contracts";
import { CaioError } from "@caio/core";

/** What one call that went out says of its pair. No payload, no output: numbers alone. */
export interface Observation {
  readonly status: Outcome["status"];
  /** Until the answer, or until the call was given up. Microseconds, an integer of at least 0. */
  readonly latencyUs: number;
  /** Whether the call kept the contract's assumptions (size, media type, rate, …). One that did not says nothing of the promise. */
  readonly assumptionsMet: boolean;
  /**
   * Other properties, by name, in the unit of the property: microseconds for durations, micros for all else. A score of a declared
   * verifier stands here too (`accuracy`: 0 … 1 000 000). Whether a property is measured must be settled before the answer is known.
   */
  readonly values?: Readonly<Record<string, number>>;
}

const STATUSES: readonly string[] = ["success", "violation", "error", "timeout", "cancelled"] satisfies Outcome["status"][];

/** @throws CaioError `NumberOutOfRange` for a number that is no integer of at least 0, `InvalidField` for an unknown status or a flag that is none. */
export function requireObservation({ status, latencyUs, assumptionsMet, values = {} }: Observation): void {
  if (!STATUSES.includes(status)) throw wrong("InvalidField", "status", status, `one of ${STATUSES.join(", ")}`);
  if (typeof assumptionsMet !== "boolean") throw wrong("InvalidField", "assumptions_met", assumptionsMet, "true or false");
  requireCount("latency_us", latencyUs);
  for (const [property, value] of Object.entries(values)) requireCount(`values.${property}`, value);
}

function requireCount(path: string, found: unknown): void {
  if (!Number.isSafeInteger(found) || Number(found) < 0) throw wrong("NumberOutOfRange", path, found, "an integer of at least 0");
}

/** Of what is no number, only the kind is said. */
function wrong<Code extends "InvalidField" | "NumberOutOfRange">(code: Code, path: string, value: unknown, expected: string): CaioError<Code> {
  const found = typeof value === "number" ? String(value) : typeof value;
  return new CaioError(code, `In an observation, at ${path}: found ${found}, expected ${expected}. The observation was not counted.`, {
    details: { path, found, expected },
  });
}

/** The service answered, whatever the answer was worth. */
export function isAnswered({ status }: Observation): boolean {
  return status === "success" || status === "violation";
}
