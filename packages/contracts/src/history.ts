import type { Digest } from "@caio/core";

import type { Guarantee } from "./guarantee.ts";
import type { OnlineValue } from "./online-value.ts";
import type { Candidate } from "./request.ts";

export type Health = "healthy" | "degraded" | "unhealthy";

/** What LinUCB has learned of one pair: θ (16 doubles) and A⁻¹ (16 × 16 doubles, row by row) (calculus §6). */
export interface LearnedValue {
  readonly theta: readonly number[];
  readonly inverse: readonly number[];
  /** What is learned online beside it. Then θ is learned of what the level leaves. Absent: LinUCB is all there is. */
  readonly online?: OnlineValue;
}

/** All that is known from outcomes of one pair. No leaf: healthy, no outcomes, nothing learned. */
export interface HistoryLeaf extends Candidate {
  readonly health: Health;
  /** Measured promises, weaker than the contract's; only a degraded pair has any. */
  readonly promises: readonly Guarantee[];
  readonly outcomes: number;
  readonly violations: number;
  readonly learned?: LearnedValue;
  /** Ψ_RFS of the pair: 128 doubles, real and imaginary part interleaved. */
  readonly memory?: readonly number[];
}

/** H: an immutable version of what was learned from outcomes (calculus §0). Leaves in (service, model) order, null first. */
export interface History {
  readonly version: number;
  readonly leaves: readonly HistoryLeaf[];
  /**
   * What this version has learned of its learner's log: every outcome and every piece of feedback up to this index, and none after it. It is
   * kept with the version and no part of what a root commits to. Absent: nobody counted.
   */
  readonly through?: number;
}

/** How one attempt ended; H advances by batches of these. */
export interface Outcome extends Candidate {
  readonly decisionId: string;
  readonly attempt: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly endedAt: number;
  readonly status: "success" | "violation" | "error" | "timeout" | "cancelled";
  readonly latencyUs: number;
  readonly costMicros?: number;
  /** The guarantee that was broken, or the code of the error. */
  readonly reason?: string;
  readonly resultDigest?: Digest;
  /** Reward for learning, micros, −1 000 000 … 1 000 000: `outcomeRewardMicros` of the status, until feedback says what the answer was worth. */
  readonly rewardMicros: number;
}

/** Where versions of H are kept. */
export interface HistoryStore {
  latest(): Promise<History>;
  /** Undefined for one that never was. @throws CaioError `Expired` for one that retention removed */
  load(version: number): Promise<History | undefined>;
  /** Keeps the version that follows `latest`. @throws CaioError `InvalidHistory` if it does not follow. */
  append(history: History): Promise<void>;
}
