import { CaioError } from "@caio/core";

/** What a caller presented: an API key of this system, or a token. The text is secret. */
export interface Credential {
  readonly kind: "api_key" | "token";
  readonly text: string;
}

const MAX_HEADER = 20_000;

/**
 * The credential of an `Authorization: Bearer …` header (RFC 6750 §2.1). API keys are told from tokens by their `caio_`.
 *
 * @throws CaioError `Unauthenticated` where there is none or it is of another scheme.
 *
 * @example
 * ```ts
 * import { readBearer } from "@caio/security";
 *
 * readBearer("Bearer abc.def.ghi").kind; // "token"
 * ```
 */
export function readBearer(header: string | undefined): Credential {
  if (header === undefined || header.trim() === "") {
    throw unauthenticated("No credentials. Send Authorization: Bearer followed by a token or an API key.", "missing");
  }
  if (header.length > MAX_HEADER) throw unauthenticated("The Authorization header is too long to be read.", "too_large");
  const space = header.indexOf(" ");
  const scheme = space < 0 ? header : header.slice(0, space);
  const text = space < 0 ? "" : header.slice(space + 1).trim();
  if (scheme.toLowerCase() !== "bearer" || text === "" || /\s/.test(text)) {
    throw unauthenticated("The Authorization header is of another form. Send Bearer, a space, and one credential.", "scheme");
  }
  return { kind: text.startsWith("caio_") ? "api_key" : "token", text };
}

function unauthenticated(message: string, reason: string): CaioError<"Unauthenticated"> {
  return new CaioError("Unauthenticated", message, { details: { reason } });
}
