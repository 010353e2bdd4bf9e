import type { JsonObject } from "@caio/core";

/**
 * Before which time each part of a decision is removed, milliseconds since 1970-01-01T00:00:00Z; absent: never. The time of a decision
 * is when it was made, that of an outcome when its attempt ended. With an entry goes its certificate, and with a certificate the
 * opening: where the times say otherwise, the later one counts.
 */
export interface RetentionCutoffs {
  /** Decision keys and disclosed values: a receipt that is made later discloses nothing. */
  readonly openings?: number | undefined;
  /** Certificates: no receipt can be made later. */
  readonly certificates?: number | undefined;
  /** Entries of decisions and outcomes: their leaf hashes stay, and with them all roots and proofs. */
  readonly decisions?: number | undefined;
  /** Versions of H that only decisions before this time stand on; never the newest ones. Absent: the time of certificates. */
  readonly versions?: number | undefined;
}

/** How much was removed, or would be. */
export interface RetentionReport {
  readonly openings: number;
  readonly certificates: number;
  readonly entries: number;
  readonly versions: number;
}

/** How many of one part a run removed, and the first and last of them: indices of the log, or versions. */
export interface RemovedPart {
  readonly count: number;
  readonly range: readonly [first: number, last: number] | null;
}

/** The durable record of one run that removed something. */
export interface RetentionRun {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  /** The cutoffs that it worked with. */
  readonly before: JsonObject;
  readonly openings: number;
  readonly certificates: RemovedPart;
  readonly entries: RemovedPart;
  readonly versions: RemovedPart;
}

/** How a run is done. */
export interface RetentionOptions {
  /** Now: what the record says. */
  readonly at: number;
  /** Count, and remove nothing. */
  readonly dryRun?: boolean | undefined;
}

/** Removes what is past its time, and says what was removed. What cannot be shown any more can still be proved to be in the log. */
export interface RetentionStore {
  /**
   * Removes everything before the cutoffs, in small steps between which others write. Each step is durable together with its record, so
   * a run that breaks off is taken up by the next one. When it resolves, nothing that was removed is left in the files of the store.
   */
  retain(cutoffs: RetentionCutoffs, options: RetentionOptions): Promise<RetentionReport>;
  /** The records of all runs that removed something, in order. */
  runs(): Promise<readonly RetentionRun[]>;
}
