import type { ServiceContract } from "@caio/contracts";
import type { ListeningService, Service } from "@caio/sdk";

/** A service that listens, with its contract pointing at where it does. */
export interface RunningService {
  readonly contract: ServiceContract;
  readonly listening: ListeningService;
}

/**
 * Serves on any free port of loopback. The `base_url` of a contract file is a fixed port, so that the files can be read and
 * routed by themselves; the contract returned has the real one.
 */
export async function runService<State>(service: Service<State>): Promise<RunningService> {
  const listening = await service.listen({ port: 0, host: "127.0.0.1", graceMs: 500 });
  const { contract } = service;
  return { contract: { ...contract, api: { ...contract.api, baseUrl: listening.url } }, listening };
}
