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

/** What is said of a rejection whose own words may be a service's. */
const WORDS: Readonly<Record<string, string>> = {
  DeadlineExceeded: "did not answer within its deadline",
  GuaranteeViolation: "says that it broke its promise",
  IntegrityViolation: "says that the payload or its result was changed",
  ServiceUnavailable: "could not be reached",
};
/** Of a message that is passed on. */
const MAX_MESSAGE = 400;

/**
 * What a rejection means. A `CaioError` of a known code keeps its code; its words are kept only where they are an executor's own, which
 * begin with the service and are short. Everything else gets words of ours, since it may quote the payload or a secret; anything but a
 * `CaioError` of a known code is `ExecutionFailed`. The rejection is the cause, which never travels (`CaioError.toJSON`).
 */
export function failureOf(rejection: unknown, { service }: Candidate): Pick<BrokenCall, "status" | "error"> {
  const error = known(rejection, service) ?? unknownFailure(rejection, service);
  return { error, status: error.code === "DeadlineExceeded" ? "timeout" : isViolation(error) ? "violation" : "error" };
}

function isViolation({ code }: CaioError): boolean {
  return code === "GuaranteeViolation" || code === "IntegrityViolation";
}

function known(rejection: unknown, service: string): CaioError<EnforcementErrorCode> | undefined {
  try {
    if (!isCaioError(rejection) || !isKnown(rejection)) return undefined;
    if (isExecutors(rejection, service)) return rejection;
    const words = WORDS[rejection.code];
    return words === undefined ? undefined : new CaioError(rejection.code, `Service ${service} ${words}. Its error is the cause.`, { details: { service }, cause: rejection });
  } catch {
    // A proxy may throw even when asked what it is.
    return undefined;
  }
}

/** As the executors of this house write them: they name the service and quote nothing of what it said. */
function isExecutors({ message, details }: CaioError, service: string): boolean {
  return message.length <= MAX_MESSAGE && message.startsWith(`Service ${service}: `) && details["service"] === service;
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
