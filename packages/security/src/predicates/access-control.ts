import type { Principal, Route, ServiceContract } from "@caio/contracts";

import type { AccessClaim } from "./evidence.ts";

/**
 * AccessBoundary (calculus §4): the contract's tenants are empty or hold the principal's; the principal's region, if said,
 * is among the contract's regions; the request's route is `any` or the one that the contract says. A contract that names
 * no region admits no principal with one, and a contract that says no route is on none in particular.
 */
export function verifyAccessControl(
  principal: Pick<Principal, "tenant" | "region">,
  contract: Pick<ServiceContract, "access" | "privacy" | "metadata">,
  requestRoute: "any" | Route,
): AccessClaim {
  const regions = contract.privacy.regions ?? [];
  const said = contract.metadata.route;
  const tenant = tenantOf(principal.tenant, contract.access.tenants);
  const region = regionOf(principal.region, contract.privacy.regions);
  const route = routeOf(requestRoute, said);
  return {
    clause: "access",
    holds: isInside(tenant, region, route),
    tenant,
    region,
    route,
    regions,
    requestRoute,
    ...(said === undefined ? {} : { contractRoute: said }),
  };
}

/** AccessBoundary without evidence. */
export function isWithinAccess(
  principal: Pick<Principal, "tenant" | "region">,
  { access, privacy, metadata }: Pick<ServiceContract, "access" | "privacy" | "metadata">,
  requestRoute: "any" | Route,
): boolean {
  return isInside(tenantOf(principal.tenant, access.tenants), regionOf(principal.region, privacy.regions), routeOf(requestRoute, metadata.route));
}

function isInside(tenant: AccessClaim["tenant"], region: AccessClaim["region"], route: AccessClaim["route"]): boolean {
  return tenant !== "outside" && region !== "outside" && route !== "different";
}

function tenantOf(tenant: string, admitted: readonly string[]): AccessClaim["tenant"] {
  if (admitted.length === 0) return "open";
  return admitted.includes(tenant) ? "member" : "outside";
}

function regionOf(region: string | undefined, said: readonly string[] | undefined): AccessClaim["region"] {
  if (region === undefined) return "unsaid";
  return said?.includes(region) === true ? "inside" : "outside";
}

function routeOf(asked: "any" | Route, said: Route | undefined): AccessClaim["route"] {
  if (asked === "any") return "any";
  return said === asked ? "same" : "different";
}
