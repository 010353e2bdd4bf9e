import type { JsonValue } from "@caio/core";
import type { ServiceResult } from "@caio/contracts";
import { executorError, parseJsonOutput, type ExecutorErrorCode } from "@caio/contracts/executor";
import type { Dispatcher } from "undici";

import type { Named } from "./http-place.ts";

export type Headers = Dispatcher.ResponseData["headers"];

/**
 * The result that an HTTP answer holds. Redirects are not followed: they would leave the place that was allowed.
 *
 * @throws CaioError for a status that is not 2xx (`ServiceUnavailable` for 429, 502 and 503, `DeadlineExceeded` for 408 and
 * 504, else `ExecutionFailed`), another content type than JSON, and what `parseJsonOutput` refuses.
 */
export function readAnswer(status: number, headers: Headers, body: Uint8Array, contract: Named): ServiceResult {
  const output = readJson(status, headers, body, contract);
  const inputTokens = count(headers["caio-input-tokens"]);
  const outputTokens = count(headers["caio-output-tokens"]);
  if (inputTokens === undefined && outputTokens === undefined) return { output };
  return {
    output,
    usage: { ...(inputTokens === undefined ? {} : { inputTokens }), ...(outputTokens === undefined ? {} : { outputTokens }) },
  };
}

/** The JSON of a 2xx answer. @throws CaioError as `readAnswer` */
export function readJson(status: number, headers: Headers, body: Uint8Array, contract: Named): JsonValue {
  requireJson(status, headers, body, contract);
  return parseJsonOutput(body, contract);
}

/** @throws CaioError as `readAnswer`, but for what the body itself holds */
export function requireJson(status: number, headers: Headers, body: Uint8Array, contract: Named): void {
  if (status < 200 || status > 299) throw refusedAnswer(status, headers, body, contract);
  if (isJson(headers)) return;
  throw executorError("ExecutionFailed", contract, "the answer's content type is not application/json. Correct the service.", { details: { status } });
}

/** The error that a status other than 2xx stands for; `retry_after_ms` in its details if the service says when to come back. */
export function refusedAnswer(status: number, headers: Headers, body: Uint8Array, contract: Named): Error {
  const remote = isJson(headers) ? remoteCode(body) : undefined;
  const retryAfterMs = retryAfter(headers);
  const said = status >= 300 && status < 400 ? "a redirect, which is never followed" : `HTTP status ${String(status)}`;
  return executorError(codeOf(status), contract, `the answer is ${said}.`, {
    details: {
      status,
      ...(remote === undefined ? {} : { remote_code: remote }),
      ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
    },
  });
}

function codeOf(status: number): ExecutorErrorCode {
  if (status === 429 || status === 502 || status === 503) return "ServiceUnavailable";
  return status === 408 || status === 504 ? "DeadlineExceeded" : "ExecutionFailed";
}

function remoteCode(body: Uint8Array): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
    return errorCodeIn(value);
  } catch {
    return undefined;
  }
}

/** `error.code` of a body, else `error.type`, if it is a short word. The message is left out: it may quote the payload. */
export function errorCodeIn(body: unknown): string | undefined {
  const error = typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
  if (typeof error !== "object" || error === null) return undefined;
  const said = ["code" in error ? error.code : undefined, "type" in error ? error.type : undefined];
  return said.find((word): word is string => typeof word === "string" && /^[A-Za-z_]{1,64}$/.test(word));
}

/** Milliseconds from `retry-after` (RFC 9110 §10.2.3), a date counted from the answer's own `date`; at most a day. */
function retryAfter(headers: Headers): number | undefined {
  const after = headers["retry-after"];
  if (typeof after !== "string") return undefined;
  const date = headers["date"];
  const from = typeof date === "string" ? Date.parse(date) : Number.NaN;
  const ms = /^\d{1,9}$/.test(after) ? Number(after) * 1000 : Date.parse(after) - from;
  return Number.isFinite(ms) ? Math.min(86_400_000, Math.max(0, ms)) : undefined;
}

function isJson(headers: Headers): boolean {
  const type = headers["content-type"];
  return typeof type === "string" && /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type);
}

function count(text: string | string[] | undefined): number | undefined {
  return typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
