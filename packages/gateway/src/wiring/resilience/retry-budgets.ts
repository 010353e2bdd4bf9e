import type { RetryBudget } from "@caio/orchestrator";

/** How many retries a service may get. */
export interface RetryTerms {
  /** Parts per million of its calls. */
  readonly sharePpm: number;
  /** Retries that it may get before it earned any, and at most at once. */
  readonly reserve: number;
}

/** One retry, in parts: what a call earns is `sharePpm` of them. */
const RETRY = 1_000_000;

/**
 * A bucket of retries for each service: every first call puts its share in, every retry takes one out. So n calls make at most
 * `reserve + share × n` retries, wherever one begins to count, and an outage adds that share to the load and no more. Integers; no clock.
 */
export class RetryBudgets implements RetryBudget {
  readonly #terms: RetryTerms;
  readonly #levels = new Map<string, number>();

  constructor(terms: RetryTerms) {
    this.#terms = terms;
  }

  called(service: string): void {
    this.#levels.set(service, Math.min(this.#full, this.#level(service) + this.#terms.sharePpm));
  }

  mayRetry(service: string): boolean {
    const left = this.#level(service) - RETRY;
    if (left < 0) return false;
    this.#levels.set(service, left);
    return true;
  }

  get #full(): number {
    return this.#terms.reserve * RETRY;
  }

  #level(service: string): number {
    return this.#levels.get(service) ?? this.#full;
  }
}
