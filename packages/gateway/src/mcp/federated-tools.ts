import type { ListedTool } from "@caio/adapters";
import type { Principal } from "@caio/contracts";
import { isCaioError, type JsonObject } from "@caio/core";
import type { ServiceEntry } from "@caio/registry";
import { verifyAuthorization } from "@caio/security";
import type { Tool } from "@modelcontextprotocol/sdk/types.js";

import type { GatewayCore } from "../wiring/gateway-core.ts";
import type { ToolCatalogue } from "./tool-catalogue.ts";
import { serviceOf } from "./tool-name.ts";
import { toolRoutes, type ToolRoute } from "./tool-route.ts";

/** A tool that a caller may call, with the service that has it. */
export interface FederatedTool {
  readonly entry: ServiceEntry;
  readonly route: ToolRoute;
  /** What its own server says of it; undefined if that cannot be asked. */
  readonly listed: ListedTool | undefined;
}

/** Told of a service whose tools are not there, and why. */
export type OnLeftOut = (service: string, reason: string) => void;

/** MCP services of a caller's view, without those that are being drained. */
function services({ registry }: GatewayCore, { tenant }: Principal): readonly ServiceEntry[] {
  return registry.snapshot().view(tenant).services.filter(({ contract, draining }) => contract.api.protocol === "mcp" && !draining);
}

/**
 * The tools of all MCP services that the caller is authorised for, by name. A service whose server cannot be asked is left out, and the others
 * do not wait for it longer than the catalogue's limit.
 */
export async function federatedTools(core: GatewayCore, catalogue: ToolCatalogue, caller: Principal, onLeftOut: OnLeftOut): Promise<readonly FederatedTool[]> {
  const open = services(core, caller).filter(({ contract }) => verifyAuthorization(caller, contract).holds);
  const found = await Promise.all(open.map(async (entry) => await toolsOf(entry, catalogue, onLeftOut)));
  return found.flat().sort((a, b) => (a.route.name < b.route.name ? -1 : 1));
}

async function toolsOf(entry: ServiceEntry, catalogue: ToolCatalogue, onLeftOut: OnLeftOut): Promise<readonly FederatedTool[]> {
  const { serviceId } = entry.contract;
  try {
    const known = await catalogue.tools(entry);
    return toolRoutes(entry.contract).flatMap((route): FederatedTool[] => {
      const listed = known?.find(({ name }) => name === route.tool);
      if (known === undefined || listed !== undefined) return [{ entry, route, listed }];
      onLeftOut(serviceId, `its server has no tool ${route.tool}`);
      return [];
    });
  } catch (error) {
    onLeftOut(serviceId, isCaioError(error) ? error.code : "unknown");
    return [];
  }
}

/** Where a call of a listed name goes, whether or not its server is there. Undefined for a name that the caller's view does not hold. */
export function findTool(core: GatewayCore, caller: Principal, name: string): Omit<FederatedTool, "listed"> | undefined {
  const service = serviceOf(name);
  const entry = services(core, caller).find(({ contract }) => contract.serviceId === service);
  const route = entry === undefined ? undefined : toolRoutes(entry.contract).find((candidate) => candidate.name === name);
  return entry === undefined || route === undefined ? undefined : { entry, route };
}

/** The schema of a tool's arguments: the contract's own, if it holds one; else its server's. */
export function inputSchemaOf(route: ToolRoute, listed: ListedTool | undefined): JsonObject {
  const { inputSchema } = route.endpoint;
  return typeof inputSchema === "object" ? inputSchema : (listed?.inputSchema ?? {});
}

/** A tool as it is listed. */
export function toolEntry({ entry, route, listed }: FederatedTool): Tool {
  const { contract } = entry;
  return {
    name: route.name,
    ...(listed?.title === undefined ? {} : { title: listed.title }),
    description: listed?.description ?? contract.description ?? `${route.tool} of ${contract.name ?? contract.serviceId}`,
    inputSchema: { ...inputSchemaOf(route, listed), type: "object" },
    ...(listed?.outputSchema === undefined ? {} : { outputSchema: { ...listed.outputSchema, type: "object" } }),
    ...(listed === undefined ? {} : { annotations: annotationsOf(listed) }),
    _meta: { "caio/service": contract.serviceId, "caio/capability": route.capability },
  };
}

function annotationsOf({ hints: { readOnly, destructive, idempotent } }: ListedTool): NonNullable<Tool["annotations"]> {
  return {
    ...(readOnly === undefined ? {} : { readOnlyHint: readOnly }),
    ...(destructive === undefined ? {} : { destructiveHint: destructive }),
    ...(idempotent === undefined ? {} : { idempotentHint: idempotent }),
  };
}
