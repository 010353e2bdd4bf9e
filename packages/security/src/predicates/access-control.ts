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
  const { tenants } = contract.access;
  const regions = contract.privacy.regions ?? [];
  const said = contract.metadata.route;
  const tenant = tenants.length === 0 ? "open" : tenants.includes(principal.tenant) ? "member" : "outside";
  const region = principal.region === undefined ? "unsaid" : regions.includes(principal.region) ? "inside" : "outside";
  const route = requestRoute === "any" ? "any" : said === requestRoute ? "same" : "different";
  return {
    clause: "access",
    holds: tenant !== "outside" && region !== "outside" && route !== "different",
    tenant,
    region,
    route,
    regions,
    requestRoute,
    ...(said === undefined ? {} : { contractRoute: said }),
  };
}
