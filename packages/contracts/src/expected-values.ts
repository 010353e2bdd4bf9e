import type { Digest } from "@caio/core";

import type { Candidate } from "./request.ts";

/** Most pairs that a request may carry expectations of. */
export const MAX_EXPECTED = 1_024;

/** By how much more (or less) a fitted model expects of a pair on one request than of it on average; micros, −1 000 000 … 1 000 000. */
export interface ExpectedValue extends Candidate {
  readonly micros: number;
}

/** What a fitted model says of a request: an input of the decision, as the encodings are. */
export interface ExpectedValues {
  /** Names the model. */
  readonly model: Digest;
  /** In (service, model) order, each once. */
  readonly pairs: readonly ExpectedValue[];
}
