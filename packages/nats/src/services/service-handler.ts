import type { ServiceCall, ServiceHealth, ServiceResult, ServiceStreamEvent } from "@caio/contracts";

/** What serves calls; `asInProcess()` of a service made with `@caio/sdk` is one. */
export interface ServiceHandler {
  /** One call. Stop when the signal aborts: nobody waits for the answer any more. */
  execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult>;
  /** As in `ServiceExecutor`; absent: it answers whole. */
  stream?(call: ServiceCall, signal: AbortSignal): AsyncIterable<ServiceStreamEvent>;
  /** Absent: it is well as long as it runs. */
  health?(signal: AbortSignal): Promise<ServiceHealth>;
}
