import type { CaioError, Digest, JsonValue } from "@caio/core";
import type { ServiceContract, ServiceResult } from "@caio/contracts";
import type { Enforcement } from "@caio/guarantees";

import type { ChosenDecision, RefusedDecision } from "../decision.ts";

/** One decision that was executed, and how its call ended. */
export interface Attempt {
  /** 1 for the first; a fallback is a new decision with the next number. */
  readonly attempt: number;
  readonly decision: ChosenDecision;
  /** The contract that the decision chose, as it was then. */
  readonly contract: ServiceContract;
  /** Enforced, microseconds. */
  readonly timeoutUs: number;
  readonly enforcement: Enforcement;
  /** False if nothing left for the service: refused before, held back by a limit. */
  readonly sent: boolean;
  /** What is logged of a person's approval, if one was needed. */
  readonly approval?: string | undefined;
}

/** A result that kept the enforced part of its promise (INV-CAIO-0005). */
export interface Succeeded {
  readonly kind: "success";
  /** Of a stream: what its end put together, else null. */
  readonly output: JsonValue;
  readonly usage: ServiceResult["usage"];
  /** Of the output; of a stream: of the list of all deltas that were given. */
  readonly resultDigest: Digest;
  readonly decision: ChosenDecision;
  /** All attempts, the successful one last. */
  readonly attempts: readonly Attempt[];
}

/** Nothing was admissible, at first or for a fallback. */
export interface Refused {
  readonly kind: "refused";
  readonly decision: RefusedDecision;
  readonly attempts: readonly Attempt[];
}

/** Every attempt that was allowed failed, an obligation was not met, or the caller's budget had no room for the next call. */
export interface Failed {
  readonly kind: "failed";
  readonly error: CaioError;
  readonly decision: ChosenDecision;
  readonly attempts: readonly Attempt[];
  /** Present if a part of an answer had been given: what was shown is not whole. */
  readonly interrupted?: true;
}

/** How one request ended. Expected outcomes are values; only a fault of the caller or of a port is thrown. */
export type Orchestration = Succeeded | Refused | Failed;

/**
 * What a caller who wants parts is told. `decided`: a service was chosen and is about to be called. `delta`: a part of the answer.
 * `resumed`: the service before broke off in the middle, and the one chosen now goes on. `ended`: the last word, once.
 */
export type OrchestrationEvent =
  | { readonly kind: "decided"; readonly decision: ChosenDecision }
  | { readonly kind: "delta"; readonly value: JsonValue }
  | { readonly kind: "resumed"; readonly decision: ChosenDecision }
  | { readonly kind: "ended"; readonly orchestration: Orchestration };
