/**
 * The port that keeps retries few: a service that is away must not get its callers' load many times over. What it does not grant is left to a
 * fallback.
 */
export interface RetryBudget {
  /** A service is about to be called for the first time under a decision. */
  called(service: string): void;
  /** Whether it may be called once more under that decision, now. True counts as done. */
  mayRetry(service: string): boolean;
}
