import { CaioError } from "@caio/core";

/**
 * An error as callers see it. One of the store names its file, where only the operator has business: the log line keeps it, a caller reads
 * "the store". What names no file of this machine stays as it is; `<body>` is the caller's own document.
 */
export function shownError(error: CaioError): CaioError {
  const { file, ...details } = error.details;
  if (typeof file !== "string" || file === "" || file.startsWith("<")) return error;
  return new CaioError(error.code, error.message.replaceAll(file, "the store"), { details, cause: error });
}
