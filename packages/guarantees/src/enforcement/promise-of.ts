import { CaioError, digest, type Digest, type JsonObject } from "@caio/core";
import type { Guarantee, ServiceContract } from "@caio/contracts";

/** The part of γ that is enforced on every call (calculus §7). Null: not promised. */
export interface PerCallPromise {
  readonly deadlineUs: number;
  readonly maxOutputTokens: number | null;
  /** In the policy's currency. */
  readonly costCapMicros: number | null;
  /** Digest of the JSON Schema that the output satisfies. */
  readonly outputSchema: Digest | null;
  /** The payload is the same before and after, and the result is hashed as it was received (INV-CAIO-SEC-0006). */
  readonly integrity: true;
}

/** γ of one decision: what is enforced, and what is monitored. */
export interface DecisionPromise {
  readonly perCall: PerCallPromise;
  readonly statistical: readonly Guarantee[];
}

/** What γ is made from. */
export interface PromiseInput {
  readonly contract: ServiceContract;
  readonly model: string | null;
  /** The effective limit, microseconds above 0. */
  readonly deadlineUs: number;
  /** What the request allows. */
  readonly maxOutputTokens?: number;
  /** Worst-case cost in the policy's currency (calculus §5): it is what was reserved. Null: silent. */
  readonly worstCaseCostMicros: number | null;
  /** Of the endpoint that is called. */
  readonly outputSchema?: JsonObject;
}

/**
 * γ of a decision: the deadline and caps of this call, and the guarantees of the chosen pair.
 *
 * @throws CaioError `InvalidRequest` for a deadline that is no positive integer.
 *
 * @example
 * ```ts
 * import { promiseOf } from "@caio/guarantees";
 * import type { ServiceContract } from "@caio/contracts";
 *
 * declare const contract: ServiceContract;
 *
 * const promise = promiseOf({ contract, model: null, deadlineUs: 2_000_000, worstCaseCostMicros: 120 });
 * promise.perCall.costCapMicros; // 120
 * ```
 */
export function promiseOf(input: PromiseInput): DecisionPromise {
  const { contract, model, deadlineUs, outputSchema } = input;
  if (!Number.isSafeInteger(deadlineUs) || deadlineUs <= 0) {
    throw new CaioError("InvalidRequest", `Found a deadline of ${String(deadlineUs)}, expected microseconds above 0.`, {
      details: { path: "limits.deadline_us", found: String(deadlineUs), expected: "an integer above 0" },
    });
  }
  const listed = contract.models.find(({ id }) => id === model);
  return {
    perCall: {
      deadlineUs,
      maxOutputTokens: lesser(input.maxOutputTokens, listed?.maxOutputTokens),
      costCapMicros: input.worstCaseCostMicros,
      outputSchema: outputSchema === undefined ? null : digest(outputSchema),
      integrity: true,
    },
    statistical: listed?.guarantees ?? contract.guarantees,
  };
}

function lesser(first: number | undefined, second: number | undefined): number | null {
  if (first === undefined) return second ?? null;
  return second === undefined ? first : Math.min(first, second);
}
