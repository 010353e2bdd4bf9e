import type { Principal } from "@caio/contracts";
import { CaioError } from "@caio/core";
import { readBearer, type ApiKeyAuthenticator } from "@caio/security";

/** May change services, policies and keys, and see every tenant. */
export const ADMIN = "caio.admin";
/** May approve or deny what a policy wants a person to confirm, in its own tenant, and see what was asked. */
export const APPROVE = "caio.approve";
/** May say what the decisions of its own tenant were worth. Of those that it asked for itself every caller may. */
export const FEEDBACK = "caio.feedback";
/** May read the entries of the log, which are those of every tenant, and change nothing. */
export const AUDIT = "caio.audit";
/** May read the metrics, which hold the services and volumes of every tenant, and change nothing. */
export const METRICS = "caio.metrics";
/** May take a copy of everything, hashes of keys and what opens decisions among it, and change nothing. */
export const BACKUP = "caio.backup";

/** Recognises callers by tokens. */
export interface TokenDoor {
  /** Whose tokens it knows; absent: it says so itself. */
  readonly issuer?: string;
  /** @throws CaioError `InvalidToken`; `ServiceUnavailable` if the issuer's keys cannot be fetched */
  authenticate(token: string, now: number): Promise<Principal>;
}

/** How callers are recognised. */
export interface Authenticators {
  readonly keys: ApiKeyAuthenticator;
  /** Those of a token's issuer are tried, in order. */
  readonly tokens: readonly TokenDoor[];
}

/**
 * Who asks, by the `Authorization` header.
 *
 * @param now - milliseconds
 * @throws CaioError `Unauthenticated`, `InvalidToken`, `ServiceUnavailable` if an issuer's keys cannot be fetched
 */
export async function authenticate(header: string | undefined, { keys, tokens }: Authenticators, now: number): Promise<Principal> {
  const { kind, text } = readBearer(header);
  if (kind === "api_key") return await keys.authenticate(text, now);
  let last: unknown = new CaioError("Unauthenticated", "This gateway accepts no tokens. Send an API key that begins with caio_.", { details: { reason: "no_issuer" } });
  for (const issuer of doorsFor(text, tokens)) {
    try {
      return await issuer.authenticate(text, now);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/**
 * The doors that a token may open: those of the issuer that it says it is of, so that a refusal says what is wrong with it there and nobody
 * else's keys are fetched for it. All of them, if it is nobody's: the first to be asked says so. Nothing is proved by what it says.
 */
function doorsFor(token: string, doors: readonly TokenDoor[]): readonly TokenDoor[] {
  const stated = issuerOf(token);
  const named = doors.filter(({ issuer }) => issuer === undefined || issuer === stated);
  return named.length > 0 ? named : doors;
}

/** What a token says of its issuer, before anything of it is checked. */
function issuerOf(token: string): unknown {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    return typeof claims === "object" && claims !== null && "iss" in claims ? claims.iss : undefined;
  } catch {
    return undefined;
  }
}

/** @throws CaioError `PermissionDenied` unless the caller has the permission. */
export function requirePermission(caller: Principal, permission: string): void {
  requireAny(caller, [permission]);
}

/** @throws CaioError `PermissionDenied` unless the caller has one of the permissions. */
export function requireAny({ permissions }: Principal, wanted: readonly string[]): void {
  if (wanted.some((permission) => permissions.includes(permission))) return;
  throw new CaioError("PermissionDenied", `This needs the permission ${wanted.join(" or ")}. Ask for a key that has it.`, { details: { required: wanted.join(" or ") } });
}
