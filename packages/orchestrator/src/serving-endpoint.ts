import type { CapabilityGroup, Endpoint, ServiceContract } from "@caio/contracts";

/**
 * The way in that serves a required group: the first endpoint that names no capability, or one that is or continues an
 * alternative of the group (certificate §9). Without a group, the first endpoint.
 */
export function servingEndpoint(contract: ServiceContract, group: CapabilityGroup | undefined): Endpoint | undefined {
  return contract.api.endpoints.find(({ capability }) => {
    if (capability === undefined || group === undefined) return true;
    return group.anyOf.some(({ type }) => capability === type || capability.startsWith(`${type}.`));
  });
}
