import { CaioError, isCaioError, type CaioErrorCode } from "@caio/core";

const STATUS: Partial<Record<CaioErrorCode, number>> = {
  DeadlineExceeded: 504,
  InvalidRequest: 400,
  NotFound: 404,
  ServiceUnavailable: 503,
  Unauthenticated: 401,
};

/** A refusal whose HTTP status says more than its code does (405, 413, 415). */
export class HttpRefusal extends Error {
  readonly status: number;
  readonly error: CaioError;

  constructor(status: number, error: CaioError) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

/** Status and body for anything thrown. What is no `CaioError` says nothing of itself: it may hold the payload. */
export function refusalOf(thrown: unknown): { status: number; body: { error: ReturnType<CaioError["toJSON"]> } } {
  if (thrown instanceof HttpRefusal) return { status: thrown.status, body: { error: thrown.error.toJSON() } };
  const error: CaioError =
    isCaioError(thrown) ? thrown : new CaioError("ExecutionFailed", "The service failed. Its own log says why.");
  return { status: STATUS[error.code] ?? 500, body: { error: error.toJSON() } };
}
