import {
  streamWhole,
  type Protocol,
  type ServiceCall,
  type ServiceContract,
  type ServiceExecutor,
  type ServiceHealth,
  type ServiceResult,
  type ServiceStreamEvent,
} from "@caio/contracts";
import { checkJsonOutput, executorError, serviceError, untilDeadline, withinDeadline } from "@caio/contracts/executor";

/** A service in this process; `asInProcess()` of a service made with `@caio/sdk` is one. */
export interface InProcessTarget {
  execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult>;
  health(signal: AbortSignal): Promise<ServiceHealth>;
  /** As in `ServiceExecutor`; absent: it answers whole. */
  stream?(call: ServiceCall, signal: AbortSignal): AsyncIterable<ServiceStreamEvent>;
  /** As in `ServiceExecutor`; absent: it cannot go on with another's answer. */
  resumable?(call: ServiceCall): boolean;
}

/**
 * Calls services in this process, by service id. The map stays the operator's: adding to it or removing from it takes
 * effect at the next call.
 *
 * Errors and endless waits of a service are contained; an endless loop is not, since it holds the one thread there is.
 */
export class InProcessExecutor implements ServiceExecutor {
  readonly protocols: readonly Protocol[] = ["inprocess"];
  readonly #services: ReadonlyMap<string, InProcessTarget>;

  constructor(options: { readonly services: ReadonlyMap<string, InProcessTarget> }) {
    this.#services = options.services;
  }

  /** @throws CaioError `ServiceUnavailable`, `DeadlineExceeded`, `ExecutionFailed` */
  async execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    const service = this.#target(call.contract);
    return await withinDeadline(call, signal, async (bounded) => {
      const result = await answerOf(service, withOwnPayload(call), bounded);
      return { ...result, output: checkJsonOutput(result.output, call.contract) };
    });
  }

  /** The parts of the service's answer. @throws CaioError as `execute` */
  async *stream(call: ServiceCall, signal: AbortSignal): AsyncGenerator<ServiceStreamEvent, void, void> {
    const service = this.#target(call.contract);
    yield* untilDeadline(call, signal, (bounded) => {
      const own = withOwnPayload(call);
      return service.stream === undefined ? streamWhole(() => answerOf(service, own, bounded)) : partsOf(service, own, bounded);
    });
  }

  /** Whether the service can go on with an answer that another began. Never throws. */
  resumable(call: ServiceCall): boolean {
    const service = this.#services.get(call.contract.serviceId);
    try {
      return service?.stream !== undefined && service.resumable?.(call) === true;
    } catch {
      return false;
    }
  }

  async health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth> {
    const service = this.#services.get(contract.serviceId);
    if (service === undefined) return { healthy: false, reason: "no such service in this process" };
    try {
      return await service.health(signal);
    } catch {
      return { healthy: false, reason: "the health check failed" };
    }
  }

  /** Nothing to release: the services are the operator's. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #target({ serviceId }: ServiceContract): InProcessTarget {
    const service = this.#services.get(serviceId);
    if (service !== undefined) return service;
    throw executorError("ServiceUnavailable", { serviceId }, "no such service in this process. Add it to the executor's services.");
  }
}

/** A service here may change what it is handed; the request that was committed to, and that the next service gets, stays as it is. */
function withOwnPayload(call: ServiceCall): ServiceCall {
  return { ...call, payload: structuredClone(call.payload) };
}

/** What the service answers. @throws CaioError that says nothing in the service's own words */
async function answerOf(service: InProcessTarget, call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
  try {
    const result = await service.execute(call, signal);
    return { ...result, output: result.output };
  } catch (error) {
    throw serviceError(error, call.contract);
  }
}

/** The parts of what the service answers. @throws CaioError that says nothing in the service's own words */
async function* partsOf(service: InProcessTarget, call: ServiceCall, signal: AbortSignal): AsyncGenerator<ServiceStreamEvent, void, void> {
  try {
    yield* service.stream?.(call, signal) ?? [];
  } catch (error) {
    throw serviceError(error, call.contract);
  }
}
