import type { Field } from "@caio/contracts";

import type { ControlSignal } from "../signal/control-signal.ts";

/** What MAIA reports of its intent field. */
export interface IntentReading {
  /** Ψ_i */
  readonly field: Field;
  /** Ψ̇_i, if MAIA knows it. */
  readonly rate?: Field;
}

/** The way to MAIA, where the intent field lives: CAIO reads it before a decision and answers with u after it (calculus §9). */
export interface MaiaPort {
  /** Undefined: MAIA has no intent field now. */
  readIntent(): Promise<IntentReading | undefined>;
  /**
   * Takes what was just said, encoded, into the intent field: called once for a request that has words, before `readIntent`. Absent: words
   * reach MAIA by a way of its own.
   */
  hear?(utterance: Field): Promise<void>;
  /** Hands over u for the next control interval. */
  sendControl(signal: ControlSignal): Promise<void>;
}
