import type { Principal } from "@caio/contracts";
import { CaioError } from "@caio/core";
import { readBearer, type ApiKeyAuthenticator } from "@caio/security";

/** May change services, policies and keys, and see every tenant. */
export const ADMIN = "caio.admin";
/** May approve or deny what a policy wants a person to confirm, in its own tenant, and see what was asked. */
export const APPROVE = "caio.approve";
/** May read the entries of the log, which are those of every tenant, and change nothing. */
export const AUDIT = "caio.audit";
/** May read the metrics, which hold the services and volumes of every tenant, and change nothing. */
export const METRICS = "caio.metrics";
/** May take a copy of everything, hashes of keys and what opens decisions among it, and change nothing. */
export const BACKUP = "caio.backup";

/** Recognises callers by tokens. */
export interface TokenDoor {
  /** @throws CaioError `InvalidToken`; `ServiceUnavailable` if the issuer's keys cannot be fetched */
  authenticate(token: string, now: number): Promise<Principal>;
}

/** How callers are recognised. */
export interface Authenticators {
  readonly keys: ApiKeyAuthenticator;
  /** By issuer; tried in order. */
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
  for (const issuer of tokens) {
    try {
      return await issuer.authenticate(text, now);
    } catch (error) {
      last = error;
    }
  }
  throw last;
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
