import type { Principal, ServiceContract } from "@caio/contracts";

import type { AuthorizationClaim } from "./evidence.ts";

/**
 * Authorized(principal, s) (calculus §4): the contract is public, or requires permissions of which the principal has some
 * (`any`) or all (`all`). A contract that is neither public nor requires any permission is open to nobody.
 *
 * @example
 * ```ts
 * import type { Principal, ServiceContract } from "@caio/contracts";
 * import { verifyAuthorization } from "@caio/security";
 *
 * function mayCall(principal: Principal, contract: ServiceContract): boolean {
 *   return verifyAuthorization(principal, contract).holds;
 * }
 * ```
 */
export function verifyAuthorization(
  principal: Pick<Principal, "permissions">,
  contract: Pick<ServiceContract, "access">,
): AuthorizationClaim {
  const { access } = contract;
  const required = access.requiredPermissions;
  const held = new Set(principal.permissions);
  const matched = required.filter((permission) => held.has(permission));
  const holds = authorizes(access, held);
  return {
    clause: "authorization",
    holds,
    public: access.public,
    match: access.match,
    required,
    // Of a public contract nothing of the principal's is shown; of `any`, no more than the one that decides.
    matched: access.public ? [] : access.match === "any" ? matched.slice(0, 1) : matched,
    missing: holds ? [] : required.filter((permission) => !held.has(permission)),
  };
}

/** Authorized, without evidence: some or all of what the contract requires is held. */
export function authorizes(access: ServiceContract["access"], held: ReadonlySet<string>): boolean {
  const required = access.requiredPermissions;
  const holds = (permission: string): boolean => held.has(permission);
  const enough = access.match === "all" ? required.every(holds) : required.some(holds);
  return access.public || (required.length > 0 && enough);
}
