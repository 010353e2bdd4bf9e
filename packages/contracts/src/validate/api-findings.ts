import { refinesType } from "../refinement/capability-refinement.ts";
import type { ServiceContract } from "../service-contract.ts";
import type { Finding } from "./finding.ts";

/** What the protocol needs, and references of endpoints. */
export function apiErrors(contract: ServiceContract): Finding[] {
  return [...protocolErrors(contract), ...endpointErrors(contract), ...authErrors(contract)];
}

/** What is said and does nothing, or is offered and has no way in. */
export function apiWarnings(contract: ServiceContract): Finding[] {
  const { api } = contract;
  const findings: Finding[] = [];
  if (api.protocol === "inprocess" && api.baseUrl !== undefined) {
    findings.push({ path: "api.base_url", found: "an address of an in-process service", expected: "no address, or another protocol" });
  }
  if (api.server !== undefined && api.transport !== "stdio") {
    findings.push({ path: "api.server", found: "a server without stdio", expected: "transport: stdio, or no server" });
  }
  if (api.endpoints.length > 0) {
    for (const type of offeredTypes(contract)) {
      const served = api.endpoints.some(({ capability }) => capability === undefined || refinesType(type, capability));
      if (!served) findings.push({ path: "api.endpoints", found: `no endpoint of ${type}`, expected: "one for each capability offered" });
    }
  }
  return findings;
}

function protocolErrors({ api }: ServiceContract): Finding[] {
  const byServer = api.protocol === "mcp" && api.transport === "stdio";
  if (byServer && api.server === undefined) {
    return [{ path: "api.server", found: "nothing", expected: "the name of a server that the operator has configured" }];
  }
  if (api.transport !== undefined && api.protocol !== "mcp") {
    return [{ path: "api.transport", found: "a transport", expected: "none; only MCP has a choice" }];
  }
  if (api.protocol === "nats" && api.baseUrl !== undefined) {
    return [{ path: "api.base_url", found: "an address of a NATS service", expected: "none: the operator names the servers, and the subject follows from the service's id" }];
  }
  const own = api.protocol.startsWith("x-");
  if (!own && !["inprocess", "nats"].includes(api.protocol) && !byServer && api.baseUrl === undefined) {
    return [{ path: "api.base_url", found: "nothing", expected: `the address of the ${api.protocol} service` }];
  }
  return [];
}

function endpointErrors(contract: ServiceContract): Finding[] {
  const { api } = contract;
  const types = offeredTypes(contract);
  const findings: Finding[] = [];
  if (api.protocol === "http" && api.endpoints.length === 0) {
    findings.push({ path: "api.endpoints", found: "none", expected: "at least one endpoint with a path" });
  }
  for (const [index, endpoint] of api.endpoints.entries()) {
    const path = `api.endpoints[${String(index)}]`;
    const { capability } = endpoint;
    if (capability !== undefined && !types.some((type) => refinesType(type, capability))) {
      findings.push({ path: `${path}.capability`, found: capability, expected: `an offered capability: ${types.join(", ")}` });
    }
    if (api.protocol === "http" && endpoint.path === undefined) {
      findings.push({ path: `${path}.path`, found: "nothing", expected: "a path" });
    }
    if (api.protocol === "mcp" && endpoint.tool === undefined) {
      findings.push({ path: `${path}.tool`, found: "nothing", expected: "the tool's name" });
    }
  }
  return findings;
}

function authErrors({ api }: ServiceContract): Finding[] {
  const { auth } = api;
  if (api.protocol === "nats" && auth !== undefined) {
    return [{ path: "api.auth", found: "a secret of a NATS service", expected: "none: the NATS server says who may call whom" }];
  }
  if (auth?.scheme !== "header" || auth.header !== undefined) return [];
  return [{ path: "api.auth.header", found: "nothing", expected: "the name of the header" }];
}

function offeredTypes(contract: ServiceContract): string[] {
  const all = [contract.capabilities, ...contract.models.map((model) => model.capabilities ?? [])].flat();
  return [...new Set(all.map((capability) => capability.type))].sort();
}
