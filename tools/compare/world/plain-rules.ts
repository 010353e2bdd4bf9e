import { localities } from "@caio/contracts";

import { COST_WEIGHT_MICROS, LATENCY_WEIGHT_MICROS, SENSITIVE_LABELS, type RequestFacts, type ServiceFacts } from "./facts.ts";

const RANK: Readonly<Record<string, number>> = Object.fromEntries(localities.map((locality, rank) => [locality, rank]));
const sensitive: ReadonlySet<string> = new Set(SENSITIVE_LABELS);

/** What a contract must offer for a request, but for its capability, by which services are found. */
export function offers(service: ServiceFacts, request: RequestFacts): boolean {
  return (
    service.healthy &&
    service.accuracyMicros >= request.minAccuracyMicros &&
    service.latencyP95Us <= request.latencyUs &&
    service.languages.includes(request.language) &&
    (RANK[service.locality] ?? Infinity) <= (RANK[request.maxLocality] ?? -1) &&
    service.regions.every((region) => request.regions.includes(region)) &&
    costMicros(service, request) <= request.budgetMicros
  );
}

/** Who may use a service, and with which data. */
export function permits(service: ServiceFacts, request: RequestFacts): boolean {
  return (
    service.permissions.some((permission) => request.permissions.includes(permission)) &&
    request.trust >= service.trustRequired &&
    (service.tenants.length === 0 || service.tenants.includes(request.tenant)) &&
    (service.locality === "on_device" || service.locality === "local" || service.endToEnd || !request.labels.some((label) => sensitive.has(label)))
  );
}

/** The most that a call can cost, micros, rounded up. */
function costMicros(service: ServiceFacts, request: RequestFacts): number {
  return Math.ceil((service.basePico + request.inputTokens * service.inputTokenPico + request.maxOutputTokens * service.outputTokenPico) / 1_000_000);
}

/** Cheap and quick is better: what the policy's weights say. `preferMicros`: the sum over the rules that prefer it. */
export function score(service: ServiceFacts, request: RequestFacts, preferMicros: number): number {
  const cost = Math.round((costMicros(service, request) * 1_000_000) / request.budgetMicros);
  const latency = Math.round((service.latencyP95Us * 1_000_000) / request.latencyUs);
  return 1_000_000 * preferMicros - COST_WEIGHT_MICROS * cost - LATENCY_WEIGHT_MICROS * latency;
}

/** By capability, as everyone would keep them. */
export function byKind(services: readonly ServiceFacts[]): ReadonlyMap<string, readonly ServiceFacts[]> {
  const index = new Map<string, ServiceFacts[]>();
  for (const service of services) {
    const known = index.get(service.kind);
    if (known === undefined) index.set(service.kind, [service]);
    else known.push(service);
  }
  return index;
}
