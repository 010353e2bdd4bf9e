import type { CaioError } from "@caio/core";

import { statusOf } from "../door/http-status.ts";

/** An error as clients of that API read it; our code is `code`, our details stay. */
export function openAiError(error: CaioError): { readonly error: object } {
  const status = statusOf(error);
  const type = status === 401 ? "authentication_error" : status === 403 ? "permission_error" : status === 429 ? "rate_limit_error" : status < 500 ? "invalid_request_error" : "api_error";
  return { error: { message: error.message, type, code: error.code, param: null, details: error.details } };
}
