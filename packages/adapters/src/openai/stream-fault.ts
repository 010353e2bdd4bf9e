import { CaioError, isCaioError } from "@caio/core";
import type { ServiceContract } from "@caio/contracts";
import { executorError, type ExecutorErrorCode } from "@caio/contracts/executor";
import { errors } from "undici";

import { codeOf, transportError } from "../http/transport-error.ts";
import { SseFault } from "../sse/sse-events.ts";

const FAULTS = {
  no_answer: ["ServiceUnavailable", "the connection failed before an answer came"],
  cut: ["ServiceUnavailable", "the connection ended in the middle of the answer"],
  reset: ["ServiceUnavailable", "the connection was reset in the middle of the answer"],
  stalled: ["DeadlineExceeded", "the answer stalled"],
  garbage: ["ExecutionFailed", "the answer holds what is no event of this protocol"],
  too_large: ["ExecutionFailed", "the answer, or one event of it, is larger than allowed"],
  error_event: ["ExecutionFailed", "the answer holds an error"],
  early_done: ["ExecutionFailed", "the answer says [DONE] before every choice has a finish_reason"],
  no_finish: ["ExecutionFailed", "the answer ended before every choice had a finish_reason"],
  no_done: ["ExecutionFailed", "the answer ended without [DONE]"],
  not_a_stream: ["ExecutionFailed", "the answer's content type is not text/event-stream"],
} as const satisfies Readonly<Record<string, readonly [ExecutorErrorCode, string]>>;

/** Why a stream is no whole answer: `details.reason` of its error. */
export type StreamFaultReason = keyof typeof FAULTS;

/** A stream that is no whole answer, as an executor's error. It quotes nothing that the service wrote. */
export function streamFault(
  reason: StreamFaultReason,
  contract: ServiceContract,
  more: { readonly transport?: string; readonly remoteCode?: string | undefined } = {},
): CaioError<ExecutorErrorCode> {
  const [code, said] = FAULTS[reason];
  return executorError(code, contract, `${said}. It is not whole, so it is no answer.`, {
    details: {
      reason,
      ...(more.transport === undefined ? {} : { transport: more.transport }),
      ...(more.remoteCode === undefined ? {} : { remote_code: more.remoteCode }),
    },
  });
}

/** What was thrown before there was a body. */
export function headFault(thrown: unknown, contract: ServiceContract): CaioError<ExecutorErrorCode> {
  const error = transportError(thrown, contract);
  const transport = error.details["reason"];
  if (isCaioError(thrown) || typeof transport !== "string" || error.code !== "ServiceUnavailable") return error;
  return new CaioError(error.code, error.message, { details: { ...error.details, reason: "no_answer", transport }, cause: error.cause });
}

/** What reading the body threw. */
export function bodyFault(thrown: unknown, contract: ServiceContract): CaioError<ExecutorErrorCode> {
  if (isCaioError(thrown, "ExecutionFailed") || isCaioError(thrown, "ServiceUnavailable") || isCaioError(thrown, "DeadlineExceeded")) {
    return thrown;
  }
  if (thrown instanceof SseFault) return streamFault(thrown.reason, contract);
  const transport = codeOf(thrown);
  if (thrown instanceof errors.HTTPParserError) return streamFault("garbage", contract, { transport });
  if (transport === "UND_ERR_BODY_TIMEOUT") return streamFault("stalled", contract, { transport });
  if (transport === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return streamFault("too_large", contract, { transport });
  return streamFault(transport === "ECONNRESET" ? "reset" : "cut", contract, { transport });
}
