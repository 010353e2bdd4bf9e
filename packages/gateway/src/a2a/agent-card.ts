import { AgentCard, type AgentSkill } from "@a2a-js/sdk";
import { effectiveTypes, type ServiceEntry } from "@caio/registry";

import { GATEWAY_VERSION } from "../wiring/gateway-core.ts";

const MODES = ["text/plain", "application/json"];
const DESCRIPTION = "Routes each message to a service by contract and policy, and leaves a receipt. Name a skill in the metadata caio-require.";

/** The card of the gateway, as the services behind it make it. */
export function agentCard(services: readonly ServiceEntry[], base: string): AgentCard {
  const url = `${base}/a2a`;
  const required = [{ schemes: { key: { list: [] } } }];
  return {
    name: "CAIO gateway",
    description: DESCRIPTION,
    version: GATEWAY_VERSION,
    supportedInterfaces: ["1.0", "0.3"].map((protocolVersion) => ({ url, protocolBinding: "JSONRPC", protocolVersion, tenant: "" })),
    provider: undefined,
    capabilities: { streaming: true, pushNotifications: false, extendedAgentCard: true, extensions: [] },
    securitySchemes: { key: { scheme: { $case: "httpAuthSecurityScheme", value: { scheme: "bearer", bearerFormat: "", description: "An API key of this gateway, or a token of an issuer that it trusts" } } } },
    securityRequirements: required,
    defaultInputModes: MODES,
    defaultOutputModes: MODES,
    skills: skillsOf(services),
    signatures: [],
  };
}

/** One skill for each capability that is offered; its id is what `caio-require` takes. */
function skillsOf(services: readonly ServiceEntry[]): AgentSkill[] {
  const offers = new Map<string, ServiceEntry[]>();
  for (const entry of services) {
    for (const type of entry.draining ? [] : effectiveTypes(entry.contract)) offers.set(type, [...(offers.get(type) ?? []), entry]);
  }
  return [...offers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, entries]) => ({
    id: type,
    name: type,
    description: [...new Set(entries.map(({ contract }) => contract.description ?? contract.name ?? contract.serviceId))].slice(0, 5).join(" "),
    tags: [...new Set([type.split(".", 1)[0] ?? type, ...entries.flatMap(({ contract }) => contract.metadata.tags)])],
    examples: [],
    inputModes: [],
    outputModes: [],
    securityRequirements: [],
  }));
}

/** The card on the wire for a client that speaks version 1.0; for one that does not say so, the fields of version 0.3 beside it. */
export function cardJson(card: AgentCard, version: string | undefined): object {
  const current = AgentCard.toJSON(card) as object;
  if (version !== undefined && !version.startsWith("0.")) return current;
  const { supportedInterfaces: [first], capabilities, skills, defaultInputModes, defaultOutputModes } = card;
  return {
    ...current,
    protocolVersion: "0.3.0",
    url: first?.url,
    preferredTransport: "JSONRPC",
    capabilities: { streaming: capabilities?.streaming === true, pushNotifications: false, stateTransitionHistory: false },
    supportsAuthenticatedExtendedCard: true,
    securitySchemes: { key: { type: "http", scheme: "bearer" } },
    security: [{ key: [] }],
    defaultInputModes,
    defaultOutputModes,
    skills: skills.map(({ id, name, description, tags }) => ({ id, name, description, tags })),
  };
}
