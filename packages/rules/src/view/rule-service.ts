import { toWireObject, type Guarantee, type Model, type ServiceContract } from "@caio/contracts";
import type { JsonObject } from "@caio/core";

/**
 * `service` as conditions see it (calculus §3), for the pair of the contract and one of its models. It depends on nothing
 * else, so it may be kept as long as the contract is.
 *
 * @param model - null for the pair without a model
 */
export function ruleService(contract: ServiceContract, model: Model | null): JsonObject {
  const guarantees = model?.guarantees ?? contract.guarantees;
  const types = (model?.capabilities ?? contract.capabilities).map((capability) => capability.type);
  return toWireObject({
    id: contract.serviceId,
    name: contract.name,
    version: contract.version,
    versionMajor: Number.parseInt(contract.version, 10),
    capabilities: [...new Set(types)].sort(),
    cost: model?.cost ?? contract.cost,
    latency_p50_us: smallestMax(guarantees, 500_000),
    latency_p95_us: smallestMax(guarantees, 950_000),
    latency_p99_us: smallestMax(guarantees, 990_000),
    availabilityMicros: largestMin(guarantees, "availability"),
    accuracyMicros: leastAccuracy(guarantees),
    privacy: contract.privacy,
    alignment: contract.alignment,
    access: contract.access,
    constraints: contract.constraints,
    metadata: contract.metadata,
  });
}

/** The best promise of `latency` that holds with the coverage given or a higher one. */
function smallestMax(guarantees: readonly Guarantee[], coveragePpm: number): number | undefined {
  let best: number | undefined;
  for (const { property, coveragePpm: offered, bound } of guarantees) {
    if (property !== "latency" || offered < coveragePpm || !("maxUs" in bound)) continue;
    best = best === undefined ? bound.maxUs : Math.min(best, bound.maxUs);
  }
  return best;
}

function largestMin(guarantees: readonly Guarantee[], name: string): number | undefined {
  let best: number | undefined;
  for (const { property, bound } of guarantees) {
    if (property !== name || !("minMicros" in bound)) continue;
    best = best === undefined ? bound.minMicros : Math.max(best, bound.minMicros);
  }
  return best;
}

/** A service may promise accuracies of several kinds (`classification_accuracy`, …): the least of them stands for all. */
function leastAccuracy(guarantees: readonly Guarantee[]): number | undefined {
  const names = new Set(guarantees.map(({ property }) => property).filter((name) => /(^|_)accuracy$/.test(name)));
  const promised = [...names].flatMap((name) => largestMin(guarantees, name) ?? []);
  return promised.length === 0 ? undefined : Math.min(...promised);
}
