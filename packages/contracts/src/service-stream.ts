import type { JsonValue } from "@caio/core";

import type { ServiceCall, ServiceExecutor, ServiceResult } from "./service-executor.ts";

/** A part of an answer, ready to be shown to the caller. */
export interface StreamDelta {
  readonly kind: "delta";
  readonly value: JsonValue;
  /** Tokens in this part, at least; 0 for a part without any. Absent: a meter counts 1. */
  readonly outputTokens?: number;
}

/** The whole answer was given. It comes once, and nothing comes after it. */
export interface StreamEnd {
  readonly kind: "end";
  /** Why the service stopped, in the words of its protocol: `stop`, `length`, `tool_calls`. */
  readonly finish: string;
  /** The answer put together from its parts, in the form that a plain call would have given. */
  readonly output?: JsonValue;
  readonly usage?: ServiceResult["usage"];
}

/**
 * What a service that streams says. Iteration that stops without an `end` was cut, whatever the transport says: it is an
 * error, never an answer.
 */
export type ServiceStreamEvent = StreamDelta | StreamEnd;

/** An answer that another service began and did not end. */
export interface StreamResume {
  /** All that was shown to the caller so far, in order. */
  readonly deltas: readonly JsonValue[];
}

/**
 * The answer to a call as a stream, whatever the executor can do: one that cannot stream is called plain, and gives one delta
 * and an end.
 *
 * @example
 * ```ts
 * import { streamCall, type ServiceCall, type ServiceExecutor } from "@caio/contracts";
 *
 * declare const executor: ServiceExecutor;
 * declare const call: ServiceCall;
 *
 * for await (const event of streamCall(executor, call, new AbortController().signal)) {
 *   if (event.kind === "delta") console.log(event.value);
 * }
 * ```
 */
export function streamCall(executor: ServiceExecutor, call: ServiceCall, signal: AbortSignal): AsyncIterable<ServiceStreamEvent> {
  return executor.stream?.(call, signal) ?? streamWhole(() => executor.execute(call, signal));
}

/** A plain answer as a stream: one delta, which is the whole output, and an end. */
export async function* streamWhole(answer: () => Promise<ServiceResult>): AsyncGenerator<ServiceStreamEvent, void, void> {
  const { output, usage } = await answer();
  yield { kind: "delta", value: output, ...(usage?.outputTokens === undefined ? {} : { outputTokens: usage.outputTokens }) };
  yield { kind: "end", finish: "stop", output, ...(usage === undefined ? {} : { usage }) };
}
