import * as z from "zod/mini";

/** An answer of the gateway that is no success, or none at all. `message` says what to do. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  /** Of the gateway's errors, or `Unreachable`, or `Unreadable` for what this page does not understand. */
  readonly code: string;
  /** HTTP; 0 where there was no answer. */
  readonly status: number;
  readonly details: unknown;

  constructor(code: string, message: string, { status = 0, details, cause }: { readonly status?: number; readonly details?: unknown; readonly cause?: unknown } = {}) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

const body = z.object({ error: z.object({ code: z.string(), message: z.string(), details: z.optional(z.unknown()) }) });

/** The error that an answer tells of. */
export async function errorOf(response: Response): Promise<GatewayError> {
  const { status } = response;
  const told = body.safeParse(await response.json().catch(() => undefined));
  if (!told.success) return new GatewayError("Unreadable", `The gateway answered ${String(status)} without saying why.`, { status });
  const { code, message, details } = told.data.error;
  return new GatewayError(code, message, { status, details });
}
