import type { CaioError, CaioErrorCode } from "@caio/core";

/** The HTTP status of each code (architecture, errors). */
const statuses: Readonly<Record<CaioErrorCode, number>> = {
  NoMatchingService: 404,
  RuleViolation: 403,
  SecurityViolation: 403,
  SafetyViolation: 403,
  PolicyViolation: 403,
  TraitViolation: 403,
  BudgetExceeded: 402,
  LatencyExceeded: 422,
  ApprovalRequired: 403,
  DeadlineExceeded: 504,
  DuplicateService: 409,
  ExecutionFailed: 502,
  Expired: 410,
  FeedbackConflict: 409,
  GuaranteeViolation: 502,
  IntegrityViolation: 409,
  InvalidContract: 400,
  InvalidField: 400,
  InvalidHistory: 400,
  InvalidOutcomes: 422,
  InvalidPlan: 400,
  InvalidPolicy: 400,
  InvalidPrincipal: 400,
  InvalidProof: 400,
  InvalidRequest: 400,
  InvalidToken: 401,
  NotCanonical: 400,
  NoOverlap: 422,
  NotFound: 404,
  NumberOutOfRange: 400,
  Overloaded: 503,
  PermissionDenied: 403,
  PreconditionFailed: 412,
  RateLimited: 429,
  ServiceUnavailable: 503,
  Unauthenticated: 401,
  UnknownPolicy: 404,
  UnknownService: 404,
};

/** The status that says most about an error with this code to a client that knows only HTTP. */
export function httpStatus(code: CaioErrorCode): number {
  return statuses[code];
}

/** The status of an error. A payload that the service's protocol cannot carry was not sent: that is the caller's to mend. */
export function statusOf({ code, details }: Pick<CaioError, "code" | "details">): number {
  return code === "ExecutionFailed" && details["not_sent"] === true ? 422 : httpStatus(code);
}
