import type { Fault } from "./fault.ts";

/** What became of one fault. */
export interface Trial {
  readonly fault: Fault;
  /** The checks that refuse, first first; empty: not caught. */
  readonly caughtBy: readonly string[];
  /** What the first of them says. */
  readonly detail: string;
  /** Worlds until it was caught, or all that were tried; 1 for a scenario. */
  readonly worlds: number;
  /** Worlds in which anything was another than without the fault. */
  readonly changed: number;
  /** Worlds in which the broken router gave up: it made no bundle. */
  readonly stopped: number;
}

/** A trial that went as its fault says: something changed, and it was seen unless that cannot be. */
export function isAsStated({ fault, caughtBy, changed }: Trial): boolean {
  return changed > 0 && caughtBy.length > 0 === (fault.attested === undefined);
}
