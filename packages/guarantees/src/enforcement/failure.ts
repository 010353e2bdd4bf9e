import { CaioError, isCaioError } from "@caio/core";
import type { Candidate } from "@caio/contracts";

import type { BrokenCall, EnforcementErrorCode } from "./enforcement.ts";

const KNOWN: ReadonlySet<string> = new Set<EnforcementErrorCode>([
  "DeadlineExceeded",
  "ExecutionFailed",
  "GuaranteeViolation",
  "IntegrityViolation",
  "ServiceUnavailable",
]);

/** What a service's rejection means. Anything but a `CaioError` of a known code is `ExecutionFailed`, with the rejection as its cause. */
export function failureOf(rejection: unknown, { service }: Candidate): Pick<BrokenCall, "status" | "error"> {
  const error = known(rejection) ?? unknownFailure(rejection, service);
  return { error, status: error.code === "DeadlineExceeded" ? "timeout" : isViolation(error) ? "violation" : "error" };
}

function isViolation({ code }: CaioError): boolean {
  return code === "GuaranteeViolation" || code === "IntegrityViolation";
}

function known(rejection: unknown): CaioError<EnforcementErrorCode> | undefined {
  try {
    return isCaioError(rejection) && isKnown(rejection) ? rejection : undefined;
  } catch {
    // A proxy may throw even when asked what it is.
    return undefined;
  }
}

function isKnown(error: CaioError): error is CaioError<EnforcementErrorCode> {
  return KNOWN.has(error.code);
}

function unknownFailure(cause: unknown, service: string): CaioError<"ExecutionFailed"> {
  return new CaioError("ExecutionFailed", `Service ${service} failed without a result. Its error is the cause.`, {
    details: { service },
    cause,
  });
}
