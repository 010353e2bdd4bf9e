import { CaioError, digest, rememberedJson, sha256Hex, type Digest, type JsonObject } from "@caio/core";
import type { Guarantee, ServiceContract } from "@caio/contracts";

/** The part of γ that is enforced on every call (calculus §7). Null: not promised. */
export interface PerCallPromise {
  readonly deadlineUs: number | null;
  readonly maxOutputTokens: number | null;
  /** In the policy's currency. */
  readonly costCapMicros: number | null;
  /** Digest of the JSON Schema that the output satisfies, or of the text that names one. */
  readonly outputSchemaDigest: Digest | null;
  /** The payload is the same before and after, and the result is hashed as it was received (INV-CAIO-SEC-0006). */
  readonly integrity: "sha256";
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
  /** The effective limit, microseconds above 0; absent: none. */
  readonly deadlineUs?: number;
  /** What the request allows. */
  readonly maxOutputTokens?: number;
  /** Worst-case cost in the policy's currency (calculus §5): it is what was reserved. Null: silent. */
  readonly worstCaseCostMicros: number | null;
  /** Of the endpoint that is called. */
  readonly outputSchema?: string | JsonObject;
  /** Measured promises of the pair's leaf of H. Those of a property stand for the declared ones. */
  readonly measured?: readonly Guarantee[];
}

/**
 * γ of a decision: the deadline and caps of this call, and the guarantees of the chosen pair (certificate §9).
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
  const { contract, model, deadlineUs, outputSchema, measured = [] } = input;
  if (deadlineUs !== undefined && (!Number.isSafeInteger(deadlineUs) || deadlineUs <= 0)) {
    throw new CaioError("InvalidRequest", `Found a deadline of ${String(deadlineUs)}, expected microseconds above 0.`, {
      details: { path: "limits.deadline_us", found: String(deadlineUs), expected: "an integer above 0" },
    });
  }
  const listed = contract.models.find(({ id }) => id === model);
  const declared = (listed?.guarantees ?? contract.guarantees).filter(
    ({ property }) => !measured.some((promise) => promise.property === property),
  );
  return {
    perCall: {
      deadlineUs: deadlineUs ?? null,
      maxOutputTokens: lesser(input.maxOutputTokens, listed?.maxOutputTokens),
      costCapMicros: input.worstCaseCostMicros,
      outputSchemaDigest: outputSchema === undefined ? null : schemaDigest(outputSchema),
      integrity: "sha256",
    },
    statistical: [...declared, ...measured],
  };
}

function lesser(first: number | undefined, second: number | undefined): number | null {
  if (first === undefined) return second ?? null;
  return second === undefined ? first : Math.min(first, second);
}

/** Schemas of registered contracts are frozen, and the same few are promised again and again. */
function schemaDigest(schema: JsonObject | string): Digest {
  return typeof schema === "object" && Object.isFrozen(schema) ? sha256Hex(rememberedJson(schema)) : digest(schema);
}
