import type { IncomingHttpHeaders } from "node:http";

import { CaioError } from "@caio/core";

import type { CallOptions } from "../execution-context.ts";

/** A day: a deadline beyond it is a mistake. */
const MAX_DEADLINE_MS = 86_400_000;
const PLAIN = /^[\x21-\x7e]{1,256}$/;

/**
 * Reads what a caller says in headers: `caio-deadline-ms` (time left), `idempotency-key`, `caio-decision-id`,
 * `caio-model`, `caio-max-output-tokens`. The executor of `@caio/adapters` sends the same names.
 *
 * @throws CaioError `InvalidRequest` for a header that is there and malformed.
 */
export function readCallHeaders(headers: IncomingHttpHeaders): CallOptions {
  const deadlineMs = integer(headers, "caio-deadline-ms", MAX_DEADLINE_MS);
  const maxOutputTokens = integer(headers, "caio-max-output-tokens", Number.MAX_SAFE_INTEGER);
  const idempotencyKey = plain(headers, "idempotency-key");
  const decisionId = plain(headers, "caio-decision-id");
  return {
    model: plain(headers, "caio-model") ?? null,
    ...(deadlineMs === undefined ? {} : { deadlineUs: deadlineMs * 1000 }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(decisionId === undefined ? {} : { decisionId }),
  };
}

function integer(headers: IncomingHttpHeaders, name: string, max: number): number | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  const value = typeof text === "string" && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw refuse(name, `a whole number from 0 to ${String(max)}`);
  return value;
}

function plain(headers: IncomingHttpHeaders, name: string): string | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  if (typeof text !== "string" || !PLAIN.test(text)) throw refuse(name, "1 to 256 visible ASCII characters");
  return text;
}

function refuse(name: string, expected: string): CaioError<"InvalidRequest"> {
  return new CaioError("InvalidRequest", `Header ${name}: expected ${expected}. Correct it or leave it out.`, {
    details: { header: name, expected },
  });
}
