/** A prompt as a predictor sees it. */
export interface SeenPrompt {
  readonly text: string;
  /** Of the encoder that is in use. */
  readonly features: ArrayLike<number>;
}

/** Expected score per model of the table that it was fitted on. */
export type Predictor = (prompt: SeenPrompt) => Float64Array;
