import type { Candidate, ServiceContract } from "@caio/contracts";
import type { RegistryEvent, ServiceRegistry } from "@caio/registry";

import type { EvidenceSeries } from "../../views/evidence/evidence-series.ts";
import type { EventFeed } from "../event-feed.ts";
import type { CircuitBreakers } from "../resilience/circuit-breakers.ts";
import type { ServiceWatch } from "./service-watch.ts";

/** What follows the registry. */
export interface Followers {
  readonly watch: ServiceWatch;
  readonly circuits: CircuitBreakers;
  readonly feed: EventFeed;
  readonly evidence: EvidenceSeries;
  /** Told of pairs whose health is to be asked for again. */
  readonly remeasure: (pairs: readonly Candidate[]) => void;
  /** Told of the contracts that there are: what they claim is expected of their services. */
  readonly expect: (contracts: readonly ServiceContract[]) => void;
}

/** Watches all services that are there. */
export function watchAll(registry: ServiceRegistry, { watch, remeasure, expect }: Pick<Followers, "watch" | "remeasure" | "expect">): void {
  expect(contractsOf(registry));
  for (const { contract } of registry.snapshot().services) remeasure(watch.watch(contract));
}

/** Keeps up with the registry until the signal is aborted: a new version of a service starts anew, in its promises and its circuit. */
export async function followRegistry(registry: ServiceRegistry, followers: Followers, signal: AbortSignal): Promise<void> {
  for await (const event of registry.watch({ signal })) follow(registry, event, followers);
}

function follow(registry: ServiceRegistry, event: RegistryEvent, followers: Followers): void {
  const { watch, circuits, feed, remeasure } = followers;
  if (event.kind === "gap") {
    watchAll(registry, followers);
    return;
  }
  const { kind, serviceId: service, epoch, contractDigest } = event;
  const entry = registry.snapshot().service(service);
  if (entry === undefined) {
    remeasure(watch.forget(service));
    followers.evidence.forget(service);
  }
  if (entry !== undefined && (kind === "register" || kind === "replace")) {
    circuits.forget(service);
    remeasure(watch.watch(entry.contract));
    followers.evidence.forget(service, watch.standings(service));
    followers.expect(contractsOf(registry));
  }
  feed.publish({ kind: "registry", service, details: { change: kind, service, epoch, contract_digest: contractDigest } });
}

function contractsOf(registry: ServiceRegistry): readonly ServiceContract[] {
  return registry.snapshot().services.map(({ contract }) => contract);
}
