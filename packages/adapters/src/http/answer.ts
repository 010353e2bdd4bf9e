import type { ServiceContract, ServiceResult } from "@caio/contracts";
import type { Dispatcher } from "undici";

import { executorError, type ExecutorErrorCode } from "../executor-error.ts";
import { parseJsonOutput } from "../json-output.ts";

type Headers = Dispatcher.ResponseData["headers"];

/**
 * The result that an HTTP answer holds. Redirects are not followed: they would leave the place that was allowed.
 *
 * @throws CaioError for a status that is not 2xx (`ServiceUnavailable` for 429, 502 and 503, `DeadlineExceeded` for 408 and
 * 504, else `ExecutionFailed`), another content type than JSON, and what `parseJsonOutput` refuses.
 */
export function readAnswer(status: number, headers: Headers, body: Uint8Array, contract: ServiceContract): ServiceResult {
  if (status < 200 || status > 299) throw refused(status, headers, body, contract);
  if (!isJson(headers)) {
    throw executorError("ExecutionFailed", contract, "the answer's content type is not application/json. Correct the service.", {
      details: { status },
    });
  }
  const output = parseJsonOutput(body, contract);
  const inputTokens = count(headers["caio-input-tokens"]);
  const outputTokens = count(headers["caio-output-tokens"]);
  if (inputTokens === undefined && outputTokens === undefined) return { output };
  return {
    output,
    usage: { ...(inputTokens === undefined ? {} : { inputTokens }), ...(outputTokens === undefined ? {} : { outputTokens }) },
  };
}

function refused(status: number, headers: Headers, body: Uint8Array, contract: ServiceContract): Error {
  const remote = isJson(headers) ? remoteCode(body) : undefined;
  const said = status >= 300 && status < 400 ? "a redirect, which is never followed" : `HTTP status ${String(status)}`;
  return executorError(codeOf(status), contract, `the answer is ${said}.`, {
    details: { status, ...(remote === undefined ? {} : { remote_code: remote }) },
  });
}

function codeOf(status: number): ExecutorErrorCode {
  if (status === 429 || status === 502 || status === 503) return "ServiceUnavailable";
  return status === 408 || status === 504 ? "DeadlineExceeded" : "ExecutionFailed";
}

/** `error.code` of the body, if it is a short word. The message is left out: it may quote the payload. */
function remoteCode(body: Uint8Array): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
    const error = typeof value === "object" && value !== null && "error" in value ? value.error : undefined;
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
    return typeof code === "string" && /^[A-Za-z_]{1,64}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

function isJson(headers: Headers): boolean {
  const type = headers["content-type"];
  return typeof type === "string" && /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type);
}

function count(text: string | string[] | undefined): number | undefined {
  return typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
