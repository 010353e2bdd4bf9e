import { streamCall, type Protocol, type ServiceCall, type ServiceContract, type ServiceExecutor, type ServiceHealth, type ServiceResult, type ServiceStreamEvent } from "@caio/contracts";
import { isCaioError, type CaioErrorCode } from "@caio/core";

import type { CallSpan, Tracing } from "./tracing.ts";

/** An executor whose calls are spans, and that tells services where they stand in the trace. */
export class TracedExecutor implements ServiceExecutor {
  readonly #inner: ServiceExecutor;
  readonly #tracing: Pick<Tracing, "calling">;

  constructor(inner: ServiceExecutor, tracing: Pick<Tracing, "calling">) {
    this.#inner = inner;
    this.#tracing = tracing;
  }

  get protocols(): readonly Protocol[] {
    return this.#inner.protocols;
  }

  async execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    const span = this.#tracing.calling(call);
    try {
      const result = await this.#inner.execute(within(call, span), signal);
      span?.succeeded(result);
      return result;
    } catch (error) {
      span?.failed(codeOf(error));
      throw error;
    }
  }

  async *stream(call: ServiceCall, signal: AbortSignal): AsyncGenerator<ServiceStreamEvent, void, void> {
    const span = this.#tracing.calling(call);
    let begun = false;
    try {
      for await (const event of streamCall(this.#inner, within(call, span), signal)) {
        if (event.kind === "end") span?.succeeded({ output: event.output ?? null, ...(event.usage === undefined ? {} : { usage: event.usage }) }, event.finish);
        else if (!begun) span?.firstDelta();
        begun = true;
        yield event;
      }
    } catch (error) {
      span?.failed(codeOf(error));
      throw error;
    } finally {
      // Nothing more if it has ended; else whoever listened is gone, or the stream was cut.
      span?.failed("ExecutionFailed");
    }
  }

  resumable(call: ServiceCall): boolean {
    return this.#inner.stream !== undefined && this.#inner.resumable?.(call) === true;
  }

  health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth> {
    return this.#inner.health(contract, signal);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

function within(call: ServiceCall, span: CallSpan | undefined): ServiceCall {
  return span === undefined ? call : { ...call, trace: span.context };
}

function codeOf(error: unknown): CaioErrorCode {
  return isCaioError(error) ? error.code : "ExecutionFailed";
}
