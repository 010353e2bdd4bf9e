import { executorError } from "@caio/contracts/executor";

import type { HttpPlace } from "./http-place.ts";

/** Yields the secret that a reference (`env:NAME`, `file:/path`) stands for. */
export type ResolveSecret = (reference: string) => string | Promise<string>;

/** What a header may hold; anything else would be refused further down with the value in sight. */
const HEADER_VALUE = /^[\x20-\x7e]{1,8192}$/;
const HEADER_NAME = /^[A-Za-z0-9-]{1,64}$/;

/**
 * The header that the contract's `auth` asks for. The secret appears in it and nowhere else: no error, no details, no cause.
 *
 * @throws CaioError `ServiceUnavailable` if the secret cannot be had or is no header value.
 */
export async function authorizationHeaders(contract: HttpPlace, resolveSecret: ResolveSecret | undefined): Promise<Record<string, string>> {
  const auth = contract.api.auth;
  if (auth === undefined) return {};
  const secret = await secretOf(contract, auth.secret, resolveSecret);
  if (auth.scheme === "bearer") return { authorization: `Bearer ${secret}` };
  if (auth.scheme === "basic") return { authorization: `Basic ${Buffer.from(secret, "utf8").toString("base64")}` };
  const name = auth.header ?? "";
  if (!HEADER_NAME.test(name)) throw executorError("ServiceUnavailable", contract, "api.auth.header is no header name. Correct the contract.");
  return { [name.toLowerCase()]: secret };
}

async function secretOf(contract: HttpPlace, reference: string, resolveSecret: ResolveSecret | undefined): Promise<string> {
  let secret: string | undefined;
  try {
    secret = await resolveSecret?.(reference);
  } catch {
    // What the resolver says may hold the secret, so not even the cause is kept.
  }
  if (secret === undefined || !HEADER_VALUE.test(secret)) {
    throw executorError("ServiceUnavailable", contract, `the secret ${reference} cannot be had. Provide it to the resolver of secrets.`, {
      details: { secret: reference },
    });
  }
  return secret;
}
