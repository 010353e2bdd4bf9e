/** Opens a stream of `ServiceStreamEvent`s. What it really gives is checked: it is `unknown` here. */
export type StreamSource = (signal: AbortSignal) => AsyncIterable<unknown>;

/** What a stream is held to beside its promise. */
export interface StreamLimits {
  /** Longest wait for the first delta, microseconds. Absent: the deadline. */
  readonly firstDeltaUs?: number;
  /** Longest wait between deltas and before the end, microseconds. Absent: the deadline. */
  readonly betweenDeltasUs?: number;
  /** All deltas together, characters of texts and names. Default 64 Mi. */
  readonly maxChars?: number;
}

/** A limit on one wait. */
export interface Watchdog {
  readonly property: "first_delta_us" | "between_deltas_us";
  readonly limitUs: number;
}

/** The watchdog of the next wait. */
export function watchdogOf({ firstDeltaUs, betweenDeltasUs }: StreamLimits, begun: boolean): Watchdog | undefined {
  if (begun) return betweenDeltasUs === undefined ? undefined : { property: "between_deltas_us", limitUs: betweenDeltasUs };
  return firstDeltaUs === undefined ? undefined : { property: "first_delta_us", limitUs: firstDeltaUs };
}
