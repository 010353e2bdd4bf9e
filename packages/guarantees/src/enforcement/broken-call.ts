import { CaioError, type Digest } from "@caio/core";
import type { Candidate } from "@caio/contracts";

import type { BrokenCall, EnforcementErrorCode } from "./enforcement.ts";
import { verdictOf, type Violation } from "./verdict.ts";

/** What was measured of a call that broke. */
interface Broken {
  readonly latencyUs: number;
  readonly costMicros?: number;
  readonly resultDigest?: Digest;
}

/** A call that gave no result. */
export function broken(
  status: BrokenCall["status"],
  error: CaioError<EnforcementErrorCode>,
  latencyUs: number,
  violations: readonly Violation[] = [],
): BrokenCall {
  return { status, error, latencyUs, verdict: verdictOf(violations) };
}

/** A call that ran out of time. `property`: which limit it was. */
export function late({ service }: Candidate, property: string, limitUs: number, latencyUs: number): BrokenCall {
  const message = `Service ${service} did not answer within ${String(limitUs)} µs.`;
  const error = new CaioError("DeadlineExceeded", message, {
    details: { service, [property]: limitUs, latency_us: latencyUs },
  });
  return broken("timeout", error, latencyUs, [{ property, promised: limitUs, measured: latencyUs, reason: message }]);
}

/** A call whose result broke the promise. */
export function violated({ service }: Candidate, violations: readonly Violation[], measured: Broken): BrokenCall {
  const names = violations.map(({ property }) => property);
  const code = names.includes("integrity") ? "IntegrityViolation" : "GuaranteeViolation";
  const reasons = violations.map(({ reason }) => reason).join(" ");
  const error = new CaioError(code, `Service ${service} broke its promise: ${reasons} The result is not returned.`, {
    details: { service, properties: names },
  });
  return { status: "violation", error, verdict: verdictOf(violations), ...measured };
}

export function cancelled({ service }: Candidate): CaioError<"ExecutionFailed"> {
  return new CaioError("ExecutionFailed", `The call of ${service} was cancelled by its caller.`, { details: { service } });
}

export function notJson({ service }: Candidate): CaioError<"ExecutionFailed"> {
  return new CaioError("ExecutionFailed", `The payload for ${service} is no JSON, so nothing was sent.`, {
    details: { service },
  });
}

export function unexpected({ service }: Candidate, cause: unknown): CaioError<"ExecutionFailed"> {
  return new CaioError("ExecutionFailed", `The result of ${service} could not be checked, so it is not returned.`, {
    details: { service },
    cause,
  });
}
