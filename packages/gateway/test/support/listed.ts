import type { ToolLister } from "@caio/adapters";

import type { TestGateway } from "./test-gateway.ts";

/** Waits until the servers of these services, or of all, have started and list their tools: on a busy machine that takes longer than a caller waits. */
export async function listed({ core }: TestGateway, lister: ToolLister, ids?: readonly string[]): Promise<void> {
  const services = core.registry.snapshot().services.filter(({ contract: { serviceId } }) => ids?.includes(serviceId) ?? true);
  await Promise.all(services.map(({ contract }) => lister.listTools(contract, AbortSignal.timeout(50_000))));
}
