import type { Api, Constraints, ServiceContract } from "@caio/contracts";

/** A small contract in normalised form, with what a test wants to be different. */
export function sampleContract(api: Partial<Api> = {}, constraints: Constraints = {}): ServiceContract {
  return {
    serviceId: "echo",
    version: "1.0.0",
    capabilities: [{ type: "text.echo", parameters: {} }],
    guarantees: [{ property: "latency", coveragePpm: 950_000, bound: { maxUs: 50_000 } }],
    models: [],
    privacy: { dataLocality: "local", compliance: [] },
    alignment: {},
    access: { requiredPermissions: [], match: "any", requiredTrustLevel: 0, tenants: [], public: true },
    constraints,
    api: {
      protocol: "http",
      endpoints: [
        { path: "/echo", method: "POST", capability: "text.echo" },
        { path: "/look", method: "GET" },
      ],
      health: { path: "/alive", intervalMs: 5000 },
      ...api,
    },
    metadata: { tags: [] },
  };
}
