import type { Api, Locality, ServiceCall, ServiceContract } from "@caio/contracts";

/** A contract in normalised form that is reached as `api` says. */
export function contractFor(api: Partial<Api>, locality: Locality = "local", serviceId = "sample"): ServiceContract {
  return {
    serviceId,
    version: "1.0.0",
    capabilities: [{ type: "text.echo", parameters: {} }],
    guarantees: [],
    models: [],
    privacy: { dataLocality: locality, compliance: [] },
    alignment: {},
    access: { requiredPermissions: [], match: "any", requiredTrustLevel: 0, tenants: [], public: true },
    constraints: {},
    api: { protocol: "http", endpoints: [], ...api },
    metadata: { tags: [] },
  };
}

/** A call with twenty seconds left, which no machine is too busy for, with what a test wants to be different. */
export function callTo(contract: ServiceContract, different: Partial<ServiceCall> = {}): ServiceCall {
  return {
    decisionId: "d".repeat(64),
    idempotencyKey: "attempt-1",
    contract,
    model: null,
    endpoint: contract.api.endpoints[0],
    payload: { text: "hello" },
    deadlineUs: 20_000_000,
    ...different,
  };
}

/** A signal that nobody aborts. */
export function noSignal(): AbortSignal {
  return new AbortController().signal;
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(() => new Error("it did not reject"), (thrown: unknown) => thrown);
  return error instanceof Error ? error : new Error(`not an error: ${String(error)}`);
}
