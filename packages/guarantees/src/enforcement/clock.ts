/** Time as the enforcer needs it. The application supplies it; `nowUs` must never run backwards. */
export interface Clock {
  /** Microseconds since any fixed moment; fractions are allowed. */
  nowUs(): number;
  /** Calls `wake` once after the delay. Returns what cancels it. */
  setTimer(delayUs: number, wake: () => void): () => void;
}
