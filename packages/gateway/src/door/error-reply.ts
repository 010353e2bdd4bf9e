import { CaioError, isCaioError } from "@caio/core";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";

import { httpStatus, statusOf } from "./http-status.ts";
import { retryAfter } from "./retry-after.ts";
import { shownError } from "./shown-error.ts";

/** What fastify itself refuses, in our words. */
const framework: Readonly<Record<string, { readonly code: "InvalidRequest" | "Overloaded"; readonly message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: "InvalidRequest", message: "The body is larger than this gateway takes. Send less, or raise limits.body_bytes." },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: "InvalidRequest", message: "The content type is none that is read here. Send application/json." },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: "InvalidRequest", message: "The body is no JSON." },
  FST_ERR_BAD_URL: { code: "InvalidRequest", message: "The address cannot be read: a % is not followed by two hex digits, or what it stands for is no UTF-8. Encode the address again." },
  FST_ERR_MAX_PARAM_LENGTH: { code: "InvalidRequest", message: "A part of the address is longer than any name here. See /docs, or /openapi.json, for what there is." },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: "InvalidRequest", message: "The body is empty. Send JSON." },
};

/** Any error as one of ours. What is not known says nothing of itself: it may quote what must not leave. */
export function asCaioError(error: unknown): CaioError {
  if (isCaioError(error)) return error;
  const { code, validation, statusCode } = (typeof error === "object" && error !== null ? error : {}) as Partial<FastifyError>;
  const known = code === undefined ? undefined : framework[code];
  if (known !== undefined) return new CaioError(known.code, known.message);
  if (validation !== undefined) {
    const problems = validation.slice(0, 20).map(({ instancePath, message }) => ({ path: instancePath, expected: message ?? "another value" }));
    const [first] = problems;
    return new CaioError("InvalidRequest", `At ${first?.path === "" ? "the body" : (first?.path ?? "the body")}: ${first?.expected ?? "another value"}.`, { details: { problems } });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new CaioError("InvalidRequest", "The request cannot be read.", { details: { status: statusCode } });
  return new CaioError("ExecutionFailed", "The gateway failed. Its log says more under the request id.", { cause: error });
}

/** Sends `{ error: { code, message, details } }`. */
export async function replyWithError(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const known = isAboveOwnLimit(error, request) ? new CaioError("InvalidRequest", `The body is larger than the ${String(request.routeOptions.bodyLimit)} bytes that are taken here. Send less.`) : asCaioError(error);
  const status = replyStatus(known, error);
  if (status >= 500) request.log.error({ err: known.toJSON(), cause: causeName(known) }, "request failed");
  const retry = retryAfter(known);
  if (retry !== undefined) reply.header("retry-after", retry);
  await reply.code(status).send({ error: shownError(known).toJSON() });
}

/** A route's own limit is in no configuration. */
function isAboveOwnLimit(error: unknown, { routeOptions, server }: FastifyRequest): boolean {
  if (typeof error !== "object" || error === null || !("code" in error) || error.code !== "FST_ERR_CTP_BODY_TOO_LARGE") return false;
  return routeOptions.bodyLimit !== server.initialConfig.bodyLimit;
}

function replyStatus({ code }: CaioError, original: unknown): number {
  if (isCaioError(original)) return statusOf(original);
  const stated = typeof original === "object" && original !== null && "statusCode" in original ? original.statusCode : undefined;
  return typeof stated === "number" && stated >= 400 && stated < 500 ? stated : code === "ExecutionFailed" ? 500 : httpStatus(code);
}

function causeName({ cause }: CaioError): string | undefined {
  return cause instanceof Error ? cause.name : undefined;
}
