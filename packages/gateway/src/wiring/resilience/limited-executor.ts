import { streamCall, type Protocol, type ServiceCall, type ServiceContract, type ServiceExecutor, type ServiceHealth, type ServiceResult, type ServiceStreamEvent } from "@caio/contracts";
import { CaioError, type ErrorDetails } from "@caio/core";
import type { Clock } from "@caio/guarantees";

import type { CircuitBreakers } from "./circuit-breakers.ts";
import { MinuteWindow } from "./minute-window.ts";

interface Usage {
  running: number;
  readonly minute: MinuteWindow;
}

/**
 * An executor that sends no more than contracts say their services take (`constraints`), and nothing to a service whose circuit is
 * open. Nobody waits: what is too much is `ServiceUnavailable` with `retry_after_ms` and `not_sent`, so that a fallback takes over
 * at once.
 */
export class LimitedExecutor implements ServiceExecutor {
  readonly #inner: ServiceExecutor;
  readonly #circuits: CircuitBreakers;
  readonly #clock: Clock;
  readonly #usage = new Map<string, Usage>();

  constructor(inner: ServiceExecutor, circuits: CircuitBreakers, clock: Clock) {
    this.#inner = inner;
    this.#circuits = circuits;
    this.#clock = clock;
  }

  get protocols(): readonly Protocol[] {
    return this.#inner.protocols;
  }

  async execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    const leave = this.#enter(call.contract, signal);
    try {
      return await this.#inner.execute(call, signal);
    } finally {
      leave();
    }
  }

  async *stream(call: ServiceCall, signal: AbortSignal): AsyncGenerator<ServiceStreamEvent, void, void> {
    const leave = this.#enter(call.contract, signal);
    try {
      yield* streamCall(this.#inner, call, signal);
    } finally {
      leave();
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

  /** @returns what is to be called when the call is over; a call that was aborted is, even if the service does not notice */
  #enter(contract: ServiceContract, signal: AbortSignal): () => void {
    const { serviceId, constraints } = contract;
    const nowMs = Math.floor(this.#clock.nowUs() / 1000);
    const usage = this.#usage.get(serviceId) ?? { running: 0, minute: new MinuteWindow() };
    this.#usage.set(serviceId, usage);
    const { maxConcurrentRequests: most, rateLimit } = constraints;
    if (most !== undefined && usage.running >= most) {
      throw heldBack(contract, `it has ${String(usage.running)} calls in flight, as many as its contract allows. Try again, or another service.`, { reason: "concurrency", retry_after_ms: 1000 });
    }
    const brokenMs = this.#circuits.admit(serviceId, nowMs);
    if (brokenMs > 0) throw heldBack(contract, "its last calls failed, so that it is left alone for a while. Try again, or another service.", { reason: "circuit_open", retry_after_ms: brokenMs });
    const fullMs = rateLimit === undefined ? 0 : usage.minute.take(rateLimit.perMinute, nowMs);
    if (fullMs > 0) throw heldBack(contract, `it had ${String(rateLimit?.perMinute)} calls within a minute, as many as its contract allows. Try again, or another service.`, { reason: "rate", retry_after_ms: fullMs });
    usage.running += 1;
    let inside = true;
    const leave = (): void => {
      signal.removeEventListener("abort", leave);
      if (inside) usage.running -= 1;
      inside = false;
    };
    signal.addEventListener("abort", leave, { once: true });
    return leave;
  }
}

/** In the form of executors' own errors, so that its words and details are kept (enforcement). */
function heldBack({ serviceId }: ServiceContract, why: string, details: ErrorDetails): CaioError<"ServiceUnavailable"> {
  return new CaioError("ServiceUnavailable", `Service ${serviceId}: ${why}`, { details: { service: serviceId, ...details, not_sent: true } });
}
