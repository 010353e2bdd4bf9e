import { CaioError, canonicalJson, type JsonValue } from "@caio/core";
import type { ServiceContract, ServiceHealth, ServiceResult } from "@caio/contracts";

import { withDeadline } from "./deadline.ts";
import type { CallOptions, ExecutionContext, Usage } from "./execution-context.ts";
import { listen, type ListenOptions, type ListeningService } from "./http/listen.ts";
import type { InProcessService } from "./in-process-service.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** A service with its contract, ready to serve over HTTP (`listen`) or in process (`asInProcess`). */
export class Service<State = unknown> {
  readonly #definition: ServiceDefinition<State>;
  #state: Promise<State | undefined> | undefined;
  #active = 0;

  constructor(definition: ServiceDefinition<State>) {
    this.#definition = definition;
  }

  get contract(): ServiceContract {
    return this.#definition.contract;
  }

  /**
   * One call: initialises if needed, executes within the deadline, verifies the answer.
   *
   * @throws CaioError `ServiceUnavailable` (not initialised, or more calls at once than the contract's
   * `max_concurrent_requests`), `DeadlineExceeded`, `GuaranteeViolation`, `ExecutionFailed`, or what `execute` throws.
   */
  async call(payload: JsonValue, options: CallOptions = {}): Promise<ServiceResult> {
    const limit = this.contract.constraints.maxConcurrentRequests;
    if (limit !== undefined && this.#active >= limit) throw this.#busy(limit);
    this.#active += 1;
    try {
      return await withDeadline(options.deadlineUs, options.signal, (signal) => this.#run(payload, options, signal));
    } catch (error) {
      throw error instanceof CaioError ? error : this.#failed(error);
    } finally {
      this.#active -= 1;
    }
  }

  /** What `health` of the definition says; a failure of it, or of `initialize`, is unhealthy. Never throws. */
  async health(): Promise<ServiceHealth> {
    try {
      const state = await this.#initialised();
      return (await this.#definition.health?.(state)) ?? { healthy: true };
    } catch (error) {
      return { healthy: false, reason: error instanceof CaioError ? error.message : "The health check failed." };
    }
  }

  /** Initialises now instead of at the first call. @throws CaioError `ServiceUnavailable` */
  async start(): Promise<void> {
    await this.#initialised();
  }

  /** Serves the contract's endpoints over HTTP, initialising first. @throws CaioError `ServiceUnavailable` */
  async listen(options: ListenOptions = {}): Promise<ListeningService> {
    await this.start();
    return await listen(this, options);
  }

  /** This service for an executor of the protocol `inprocess`: no sockets, the same checks. */
  asInProcess(): InProcessService {
    return {
      contract: this.contract,
      execute: (call, signal) =>
        this.call(call.payload, {
          decisionId: call.decisionId,
          idempotencyKey: call.idempotencyKey,
          model: call.model,
          deadlineUs: call.deadlineUs,
          signal,
          ...(call.endpoint === undefined ? {} : { endpoint: call.endpoint }),
          ...(call.maxOutputTokens === undefined ? {} : { maxOutputTokens: call.maxOutputTokens }),
        }),
      health: () => this.health(),
    };
  }

  /** Releases what `initialize` took. A later call would initialise again. */
  async close(): Promise<void> {
    const held = this.#state;
    this.#state = undefined;
    if (held === undefined) return;
    const state = await held.catch(() => undefined);
    if (state !== undefined) await this.#definition.close?.(state);
  }

  async #run(payload: JsonValue, options: CallOptions, signal: AbortSignal): Promise<ServiceResult> {
    let usage: Usage | undefined;
    const context = contextOf(await this.#initialised(), options, signal, (reported) => {
      usage = reported;
    });
    const output = await this.#definition.execute(payload, context);
    this.#checkJson(output);
    const broken = (await this.#definition.verifyGuarantees?.(payload, output, context)) ?? [];
    if (broken.length > 0) throw this.#violated(broken);
    return usage === undefined ? { output } : { output, usage };
  }

  async #initialised(): Promise<State> {
    this.#state ??= this.#initialise();
    try {
      // Without `initialize` the state is undefined and so is `State`.
      return (await this.#state) as State;
    } catch (cause) {
      this.#state = undefined;
      throw new CaioError("ServiceUnavailable", `Service ${this.contract.serviceId} could not initialise. See the cause.`, {
        details: { service: this.contract.serviceId },
        cause,
      });
    }
  }

  async #initialise(): Promise<State | undefined> {
    return await this.#definition.initialize?.();
  }

  /** What JSON cannot hold faithfully must not leave: the caller would hash and keep something else. */
  #checkJson(output: JsonValue): void {
    try {
      canonicalJson(output);
    } catch (cause) {
      throw this.#failed(cause);
    }
  }

  #busy(limit: number): CaioError<"ServiceUnavailable"> {
    return new CaioError("ServiceUnavailable", `Service ${this.contract.serviceId} serves ${String(limit)} calls at once already. Try again later.`, {
      details: { service: this.contract.serviceId, max_concurrent_requests: limit },
    });
  }

  #violated(broken: readonly { property: string; reason: string }[]): CaioError<"GuaranteeViolation"> {
    const said = broken.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
    return new CaioError("GuaranteeViolation", `Service ${this.contract.serviceId} withheld an answer that breaks its contract (${said}).`, {
      details: { service: this.contract.serviceId, broken: broken.map(({ property, reason }) => ({ property, reason })) },
    });
  }

  #failed(cause: unknown): CaioError<"ExecutionFailed"> {
    return new CaioError("ExecutionFailed", `Service ${this.contract.serviceId} failed. Its own log says why.`, {
      details: { service: this.contract.serviceId },
      cause,
    });
  }
}

function contextOf<State>(
  state: State,
  options: CallOptions,
  signal: AbortSignal,
  reportUsage: (usage: Usage) => void,
): ExecutionContext<State> {
  return {
    state,
    signal,
    model: options.model ?? null,
    reportUsage,
    ...(options.deadlineUs === undefined ? {} : { deadlineUs: options.deadlineUs }),
    ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    ...(options.decisionId === undefined ? {} : { decisionId: options.decisionId }),
    ...(options.maxOutputTokens === undefined ? {} : { maxOutputTokens: options.maxOutputTokens }),
    ...(options.endpoint?.capability === undefined ? {} : { capability: options.endpoint.capability }),
  };
}
