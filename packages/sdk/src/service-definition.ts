import type { JsonValue } from "@caio/core";
import type { ServiceContract, ServiceHealth } from "@caio/contracts";

import type { ExecutionContext } from "./execution-context.ts";

/** A promise of the contract that an answer does not keep, as the service itself found out. */
export interface BrokenPromise {
  /** The property of the contract, for example `output_schema` or `classification_accuracy`. */
  readonly property: string;
  /** What is wrong with the answer. Never the answer or the payload itself: this text travels. */
  readonly reason: string;
}

/**
 * What the author of a service writes. Only `contract` and `execute` are needed.
 *
 * `State` is what `initialize` returns (a loaded model, a connection); every other function gets it.
 */
export interface ServiceDefinition<State> {
  /** The normalised contract; its endpoints are the paths that `listen` serves. */
  readonly contract: ServiceContract;

  /** Runs once, before the first call. A failure makes every call `ServiceUnavailable` and the next one tries again. */
  initialize?(): State | Promise<State>;

  /**
   * Does the work. Stop when `context.signal` aborts: the caller has its answer by then, whatever this returns later.
   * A `CaioError` thrown here reaches the caller with its code; anything else becomes a plain `ExecutionFailed`.
   */
  execute(payload: JsonValue, context: ExecutionContext<State>): JsonValue | Promise<JsonValue>;

  /** Looks at an answer before it leaves. Any promise named here turns it into `GuaranteeViolation`. */
  verifyGuarantees?(
    payload: JsonValue,
    output: JsonValue,
    context: ExecutionContext<State>,
  ): readonly BrokenPromise[] | Promise<readonly BrokenPromise[]>;

  /** Says whether the service could answer now. Without it a service that is initialised is healthy. */
  health?(state: State): ServiceHealth | Promise<ServiceHealth>;

  /** Releases what `initialize` took. Runs once, when the service closes. */
  close?(state: State): void | Promise<void>;
}
