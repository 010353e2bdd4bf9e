import type { AuthenticationEvidence, Principal } from "@caio/contracts";

import {
  readId,
  readPermissions,
  readSubject,
  readTraits,
  readTrust,
  type Claims,
} from "./claim-values.ts";
import { invalidClaim } from "./token-errors.ts";

/** Which claim holds what. Names are taken literally, so that `https://acme.example/tenant` works. */
export interface ClaimMapping {
  readonly tenant: string;
  readonly permissions: string;
  readonly scope: string;
  readonly trust: string;
  readonly region: string;
  readonly traits: string;
}

/** `scope` is of RFC 8693 §4.2; the others have no registered claim. */
export const defaultClaimMapping: ClaimMapping = {
  tenant: "tenant",
  permissions: "permissions",
  scope: "scope",
  trust: "trust",
  region: "region",
  traits: "traits",
};

/**
 * The principal that the claims of a verified token speak of. A claim that is absent gives the least: no permission,
 * trust 0, no region. A claim that is there but malformed refuses the token.
 *
 * @throws CaioError `InvalidToken` naming the claim, never its value.
 */
export function principalOf(
  claims: Claims,
  issuer: string,
  evidence: AuthenticationEvidence,
  options: { readonly mapping: ClaimMapping; readonly defaultTenant?: string },
): Principal {
  const { mapping } = options;
  const tenant = readId(claims, mapping.tenant) ?? options.defaultTenant;
  if (tenant === undefined) throw invalidClaim(mapping.tenant, "the tenant's id");
  const region = readId(claims, mapping.region);
  const traits = readTraits(claims, mapping.traits);
  return {
    subject: readSubject(claims),
    issuer,
    tenant,
    permissions: readPermissions(claims, mapping.permissions, mapping.scope),
    trust: readTrust(claims, mapping.trust),
    ...(region === undefined ? {} : { region }),
    ...(traits === undefined ? {} : { traits }),
    evidence,
  };
}
