import type { CaioError } from "@caio/core";
import type { ServiceContract } from "@caio/contracts";
import { executorError, type ExecutorErrorCode } from "@caio/contracts/executor";

const FAULTS = {
  not_connected: ["ServiceUnavailable", "there is no connection to NATS. It comes back by itself, if the servers do."],
  no_responders: ["ServiceUnavailable", "no copy of it listens. Start one: serveOverNats."],
  silent: ["ServiceUnavailable", "it gave no sign of life in the middle of the call: the copy that had it is gone, or cannot be reached."],
  cut: ["ServiceUnavailable", "the connection to NATS was lost in the middle of the call."],
  gap: ["ServiceUnavailable", "a part of the answer was lost on the way. What came is no whole answer."],
  garbage: ["ExecutionFailed", "the answer holds what is no part of one. Serve it with serveOverNats."],
  too_large: ["ExecutionFailed", "the answer is larger than allowed."],
  not_sent: ["ExecutionFailed", "the payload is larger than the NATS server takes (max_payload), or cannot be sent."],
} as const satisfies Readonly<Record<string, readonly [ExecutorErrorCode, string]>>;

/** Why a call through NATS has no answer: `details.reason` of its error. */
export type CallFaultReason = keyof typeof FAULTS;

/** A call that has no answer, or no whole one. It quotes nothing that the service wrote. */
export function callFault(reason: CallFaultReason, contract: Pick<ServiceContract, "serviceId">): CaioError<ExecutorErrorCode> {
  const [code, said] = FAULTS[reason];
  return executorError(code, contract, said, { details: reason === "not_sent" ? { reason, not_sent: true } : { reason } });
}

const WORDS: Readonly<Record<ExecutorErrorCode, string>> = {
  DeadlineExceeded: "it says that it ran out of time. Its own log says why.",
  ExecutionFailed: "the call failed. The service's own log says why.",
  ServiceUnavailable: "it says that it is not available. Its own log says why.",
};

/** What a service said of its failure: a code, and never a text. */
export function saidFault(code: ExecutorErrorCode, remoteCode: string | undefined, contract: Pick<ServiceContract, "serviceId">): CaioError<ExecutorErrorCode> {
  return executorError(code, contract, WORDS[code], { details: { reason: "error_part", ...(remoteCode === undefined ? {} : { remote_code: remoteCode }) } });
}
