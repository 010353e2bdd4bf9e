import { A2AError, RequestMalformedError } from "@a2a-js/sdk/errors";

import { asCaioError } from "../door/error-reply.ts";
import { httpStatus } from "../door/http-status.ts";
import { shownError } from "../door/shown-error.ts";

/** What is thrown before there is a decision, as an error of the protocol; our code is in its metadata. What is not known says nothing of itself. */
export function protocolError(thrown: unknown): Error {
  if (thrown instanceof A2AError) return thrown;
  const error = shownError(asCaioError(thrown));
  if (httpStatus(error.code) >= 500) return error;
  return new RequestMalformedError({ message: error.message, metadata: { code: error.code } });
}
