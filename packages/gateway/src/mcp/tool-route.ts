import { effectiveTypes } from "@caio/registry";
import type { Endpoint, ServiceContract } from "@caio/contracts";

import { federatedName } from "./tool-name.ts";

/** How a request gets to one tool of a service: by a capability whose way in is that tool. */
export interface ToolRoute {
  /** As it is listed. */
  readonly name: string;
  /** As its server calls it. */
  readonly tool: string;
  readonly capability: string;
  readonly endpoint: Endpoint;
}

/**
 * The tools of a contract that a request can reach, in the order of the contract. A tool that no capability leads to, because an endpoint
 * before it serves the same, is not there: a call of it would reach another.
 */
export function toolRoutes(contract: ServiceContract): readonly ToolRoute[] {
  const types = effectiveTypes(contract);
  const routes = new Map<string, ToolRoute>();
  for (const endpoint of contract.api.endpoints) {
    const { tool, capability } = endpoint;
    if (tool === undefined || routes.has(tool)) continue;
    const reached = (capability === undefined ? types : [capability]).find((type) => servingEndpoint(contract, type) === endpoint);
    if (reached !== undefined) routes.set(tool, { name: federatedName(contract.serviceId, tool), tool, capability: reached, endpoint });
  }
  return [...routes.values()];
}

/** The way in that serves a capability (certificate §9): the first that names none, or it, or one that continues it. */
function servingEndpoint({ api }: ServiceContract, type: string): Endpoint | undefined {
  return api.endpoints.find(({ capability }) => capability === undefined || capability === type || capability.startsWith(`${type}.`));
}
