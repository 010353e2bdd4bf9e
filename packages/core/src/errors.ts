import type { JsonValue } from "./json.ts";

/** Codes of a certified refusal, in the order of the steps that give them (calculus §1). */
export const refusalCodes = [
  "NoMatchingService",
  "RuleViolation",
  "SecurityViolation",
  "SafetyViolation",
  "PolicyViolation",
  "TraitViolation",
  "BudgetExceeded",
  "LatencyExceeded",
] as const;

/** A refusal that a decision ends in: every candidate fell. */
export type RefusalCode = (typeof refusalCodes)[number];

/** Everything that can go wrong, as one closed list. The same codes travel over the REST API. */
export type CaioErrorCode =
  | RefusalCode
  | "ApprovalRequired"
  | "DeadlineExceeded"
  | "DuplicateService"
  | "ExecutionFailed"
  | "Expired"
  | "FeedbackConflict"
  | "GuaranteeViolation"
  | "IntegrityViolation"
  | "InvalidContract"
  | "InvalidField"
  | "InvalidHistory"
  | "InvalidOutcomes"
  | "InvalidPlan"
  | "InvalidPolicy"
  | "InvalidPrincipal"
  | "InvalidProof"
  | "InvalidRequest"
  | "InvalidToken"
  | "NotCanonical"
  | "NoOverlap"
  | "NotFound"
  | "NumberOutOfRange"
  | "Overloaded"
  | "PermissionDenied"
  | "PreconditionFailed"
  | "RateLimited"
  | "ServiceUnavailable"
  | "Unauthenticated"
  | "UnknownPolicy"
  | "UnknownService";

/** Facts beside the message: JSON only, and never a secret, a token or personal data. */
export type ErrorDetails = Readonly<Record<string, JsonValue>>;

/**
 * The one error of CAIO. `message` says where, what was found, what was expected and what to do;
 * `details` says the same for machines.
 *
 * @example
 * ```ts
 * import { CaioError } from "@caio/core";
 *
 * const error = new CaioError("UnknownService", 'No service "mail". Register it first.', { details: { service: "mail" } });
 * error.toJSON(); // { code: "UnknownService", message: "No service …", details: { service: "mail" } }
 * ```
 */
export class CaioError<Code extends CaioErrorCode = CaioErrorCode> extends Error {
  readonly code: Code;
  readonly details: ErrorDetails;

  constructor(code: Code, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "CaioError";
    this.code = code;
    this.details = options.details ?? {};
  }

  /** The wire form: no stack and no cause, which may hold what must not leave the process. */
  toJSON(): { code: Code; message: string; details: ErrorDetails } {
    return { code: this.code, message: this.message, details: this.details };
  }
}

/** True for a `CaioError`, and for one with the code named if a code is given. */
export function isCaioError<Code extends CaioErrorCode = CaioErrorCode>(
  error: unknown,
  code?: Code,
): error is CaioError<Code> {
  return error instanceof CaioError && (code === undefined || error.code === code);
}
