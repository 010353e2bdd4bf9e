import { isCaioError, type CaioError } from "@caio/core";
import { asExecutorError, executorError, type ExecutorErrorCode } from "@caio/contracts/executor";
import { errors } from "undici";

import { AddressRefused } from "./guarded-pools.ts";
import type { Named } from "./http-place.ts";

/** The service is there and answers, but not in HTTP that can be taken. */
const BAD_ANSWER: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_OVERFLOW: "the answer has more headers than allowed",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "the answer is larger than allowed",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the answer is not as long as it says",
};

/** What the socket or the HTTP parser threw, as an executor's error. */
export function transportError(thrown: unknown, contract: Named): CaioError<ExecutorErrorCode> {
  if (isCaioError(thrown)) return asExecutorError(thrown, contract);
  if (thrown instanceof AddressRefused) {
    return executorError("ServiceUnavailable", contract, `${thrown.message}. Let the executor's allow rule name it.`);
  }
  const code = codeOf(thrown);
  const bad = thrown instanceof errors.HTTPParserError ? "the answer is no HTTP" : BAD_ANSWER[code];
  if (bad !== undefined) return executorError("ExecutionFailed", contract, `${bad}. Correct the service.`, { details: { reason: code } });
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
    return executorError("DeadlineExceeded", contract, "the answer stalled.", { details: { reason: code } });
  }
  // An invalid argument may quote a header, and headers hold secrets: then the cause is dropped.
  const cause = code.startsWith("UND_ERR_INVALID") ? undefined : thrown;
  return executorError("ServiceUnavailable", contract, `the connection failed (${code}). Check that the service runs at its base URL.`, {
    details: { reason: code },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The code of what was thrown, if it is a short word; else `unknown`. */
export function codeOf(thrown: unknown): string {
  const code: unknown = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" && /^\w{1,64}$/.test(code) ? code : "unknown";
}
