/** Most cases of a pair, and most numbers that they have together: 64 KB of a leaf. */
export const MAX_CASES = 128;
export const MAX_CASE_NUMBERS = 65_536;
/** Most numbers of one case. */
export const MAX_CASE_FEATURES = 512;
/** Classes of input length that costs are kept for. */
export const MAX_COST_CLASSES = 24;

/** Outcomes on prompts that are alike, as one: where they are, how much they weigh, what they earned. */
export interface LearnedCase {
  /** Direction of the prompts in the space of the encoder's features: 1 to 512 integers from −127 to 127. */
  readonly features: readonly number[];
  /** Outcomes that are in it, micros: forgetting takes shares away. */
  readonly weightMicros: number;
  /** Their rewards, weighed and added, micros. */
  readonly sumMicros: number;
}

/** What was expected of a pair before any outcome: a contract's claim, as evidence (calculus §6). */
export interface ClaimedPrior {
  /** The reward expected, micros. */
  readonly micros: number;
  /** How many outcomes it counts as, micros. */
  readonly weightMicros: number;
  /** What the pair is given beyond its estimate, micros: above 0 for the one that claimed most, so that others must be better by so much. */
  readonly leadMicros: number;
}

/** What answers to prompts of one class of length have cost: lengths from 2ᵏ to 2ᵏ⁺¹ − 1 input tokens are class k. */
export interface LearnedCost {
  readonly lengthClass: number;
  readonly outcomes: number;
  readonly sumMicros: number;
}

/** What is learned of a pair online beside LinUCB: a level that begins at a claim, cases, and how well each of them foretold (calculus §6, §9). */
export interface OnlineValue {
  readonly prior: ClaimedPrior;
  /** How alike a case must be to count one (cosine, micros); also where two outcomes are one case. */
  readonly likenessMicros: number;
  /** What uncertainty takes away, as the policy's width adds (micros). */
  readonly cautionMicros: number;
  /** Outcomes that the level was learned of, and their rewards without what cases explain. */
  readonly weightMicros: number;
  readonly sumMicros: number;
  readonly cases: readonly LearnedCase[];
  /** Squared errors so far, old ones fading, of the level alone, with cases, with LinUCB; micros. */
  readonly errors: { readonly levelMicros: number; readonly casesMicros: number; readonly linearMicros: number };
  /** How far rewards have run above and below what was expected (CUSUM), micros. */
  readonly change: { readonly aboveMicros: number; readonly belowMicros: number };
  /** By class, ascending, one a class. */
  readonly costs: readonly LearnedCost[];
}
