import type { ServiceCall, ServiceContract, ServiceHealth, ServiceResult } from "@caio/contracts";

/** A service in the same process, as an executor of the protocol `inprocess` calls it. */
export interface InProcessService {
  readonly contract: ServiceContract;
  execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult>;
  health(signal: AbortSignal): Promise<ServiceHealth>;
}
