import { randomBytes } from "node:crypto";

import { ContractParser } from "@caio/contracts";
import { encodeContract, HashingEncoder } from "@caio/control";
import { NatsLink, RegistryFollower, RegistryPublisher } from "@caio/nats";
import { ServiceRegistry, type Registration } from "@caio/registry";

import { percentilesOf, type Percentiles } from "../../bench/percentiles.ts";
import { echoContract } from "../echo-contract.ts";

const parser = new ContractParser();
const encoder = new HashingEncoder();

export interface RegistryFigures {
  readonly services: number;
  /** From nothing to all services, milliseconds. */
  readonly firstMs: number;
  /** From an edit of one registry to the same root in the other, milliseconds. */
  readonly change: Percentiles;
}

/** How soon another registry is as this one. Both are in this process, each on a connection of its own. */
export async function registryLatency(servers: readonly string[], replicas: number, sizes: { readonly services: number; readonly changes: number }): Promise<RegistryFigures> {
  const links = [NatsLink.open({ servers }), NatsLink.open({ servers })];
  const [writing, reading] = await Promise.all(links.map((link) => link.first()));
  if (writing === undefined || reading === undefined) throw new Error("There is no connection.");
  const bucket = `MEASURED_${randomBytes(4).toString("hex")}`;
  const [registry, own] = [new ServiceRegistry(), new ServiceRegistry()];
  await registry.apply(Array.from({ length: sizes.services }, (_, at) => ({ kind: "register", ...registrationOf(`service-${String(at)}`) })));
  const from = performance.now();
  const publisher = RegistryPublisher.start({ connection: writing, bucket, registry, source: "measured", replicas });
  while (publisher.standing.role !== "writer") await new Promise((resolve) => setTimeout(resolve, 1));
  const follower = RegistryFollower.start({ connection: reading, bucket, registry: own, now: () => performance.now() });
  try {
    await follower.ready;
    const firstMs = performance.now() - from;
    const times: number[] = [];
    for (let at = 0; at < sizes.changes; at++) {
      const epoch = own.snapshot().epoch;
      const changed = own.watch({ since: epoch });
      const begun = performance.now();
      await (at % 2 === 0 ? registry.drain("service-0") : registry.undrain("service-0"));
      await changed.next();
      times.push(performance.now() - begun);
      await changed.return();
    }
    if (own.snapshot().trieRoot !== registry.snapshot().trieRoot) throw new Error("The registries differ.");
    return { services: sizes.services, firstMs, change: percentilesOf(times) };
  } finally {
    await Promise.all([publisher.stop(), follower.stop()]);
    await Promise.all(links.map((link) => link.close()));
  }
}

function registrationOf(id: string): Registration {
  const contract = parser.parseValue(echoContract(id, { protocol: "nats" }));
  return { contract, encoding: encodeContract(contract, encoder), encoderId: encoder.id };
}
