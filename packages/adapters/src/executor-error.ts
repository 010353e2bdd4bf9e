import { CaioError, isCaioError, type CaioErrorCode, type ErrorDetails } from "@caio/core";
import type { ServiceContract } from "@caio/contracts";

/** The codes that an executor may end a call with. */
export type ExecutorErrorCode = "DeadlineExceeded" | "ExecutionFailed" | "ServiceUnavailable";

/** A failed call. `reason` says what happened and what to do; the service named is always in the details. */
export function executorError(
  code: ExecutorErrorCode,
  contract: Pick<ServiceContract, "serviceId">,
  reason: string,
  options: { details?: ErrorDetails; cause?: unknown } = {},
): CaioError<ExecutorErrorCode> {
  return new CaioError(code, `Service ${contract.serviceId}: ${reason}`, {
    details: { service: contract.serviceId, ...options.details },
    ...("cause" in options ? { cause: options.cause } : {}),
  });
}

/**
 * Whatever a service threw, as one of the three codes. Another code that it used is kept as `remote_code`; its message
 * is not, since it may hold the payload.
 */
export function asExecutorError(thrown: unknown, contract: Pick<ServiceContract, "serviceId">): CaioError<ExecutorErrorCode> {
  if (isExecutorError(thrown)) return thrown;
  const remote: CaioErrorCode | undefined = isCaioError(thrown) ? thrown.code : undefined;
  return executorError("ExecutionFailed", contract, "the call failed. The service's own log says why.", {
    cause: thrown,
    ...(remote === undefined ? {} : { details: { remote_code: remote } }),
  });
}

function isExecutorError(thrown: unknown): thrown is CaioError<ExecutorErrorCode> {
  return isCaioError(thrown, "DeadlineExceeded") || isCaioError(thrown, "ExecutionFailed") || isCaioError(thrown, "ServiceUnavailable");
}
