import { CaioError, isCaioError, type CaioErrorCode, type ErrorDetails } from "@caio/core";

import type { ServiceContract } from "../service-contract.ts";

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

const WORDS: Readonly<Record<ExecutorErrorCode, string>> = {
  DeadlineExceeded: "it says that it ran out of time. Its own log says why.",
  ExecutionFailed: "the call failed. The service's own log says why.",
  ServiceUnavailable: "it says that it is not available. Its own log says why.",
};

/**
 * Whatever a service in this process threw. One of the three codes is kept; message and details are not, since they may hold the
 * payload or a secret, however long: what was thrown is the cause.
 */
export function serviceError(thrown: unknown, contract: Pick<ServiceContract, "serviceId">): CaioError<ExecutorErrorCode> {
  return isExecutorError(thrown) ? executorError(thrown.code, contract, WORDS[thrown.code], { cause: thrown }) : asExecutorError(thrown, contract);
}

/**
 * Whatever an executor caught, as one of the three codes: its own errors as they are. Another code is kept as `remote_code`; its
 * message is not, since it may hold the payload.
 */
export function asExecutorError(thrown: unknown, contract: Pick<ServiceContract, "serviceId">): CaioError<ExecutorErrorCode> {
  if (isExecutorError(thrown)) return thrown;
  const remote: CaioErrorCode | undefined = isCaioError(thrown) ? thrown.code : undefined;
  return executorError("ExecutionFailed", contract, WORDS.ExecutionFailed, {
    cause: thrown,
    ...(remote === undefined ? {} : { details: { remote_code: remote } }),
  });
}

function isExecutorError(thrown: unknown): thrown is CaioError<ExecutorErrorCode> {
  return isCaioError(thrown, "DeadlineExceeded") || isCaioError(thrown, "ExecutionFailed") || isCaioError(thrown, "ServiceUnavailable");
}
