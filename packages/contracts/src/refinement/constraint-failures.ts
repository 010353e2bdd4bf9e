import type { JsonValue } from "@caio/core";

import type { Candidate } from "../request.ts";
import type { RequiredConstraints } from "../requirements.ts";
import { localities, type Locality, type ServiceContract } from "../service-contract.ts";
import type { MatchingFailure } from "./matching-failure.ts";

/** Each constraint asked that the pair does not meet, in the order of calculus §2. Silence meets none. */
export function* constraintFailures(
  contract: ServiceContract,
  model: Candidate["model"],
  required: RequiredConstraints,
): Generator<MatchingFailure> {
  const { privacy, constraints } = contract;
  if (required.maxLocality !== undefined && !isWithinLocality(privacy.dataLocality, required.maxLocality)) {
    yield failure("max_locality", privacy.dataLocality ?? null, required.maxLocality);
  }
  if (required.regions.length > 0) {
    const regions = privacy.regions ?? [];
    const inside = regions.length > 0 && regions.every((region) => required.regions.includes(region));
    if (!inside) yield failure("regions", privacy.regions ?? null, required.regions);
  }
  if (required.requiresGpu !== undefined && constraints.requiresGpu !== required.requiresGpu) {
    yield failure("requires_gpu", constraints.requiresGpu ?? null, required.requiresGpu);
  }
  if (required.requiresInternet !== undefined && constraints.requiresInternet !== required.requiresInternet) {
    yield failure("requires_internet", constraints.requiresInternet ?? null, required.requiresInternet);
  }
  if (required.services.length > 0 && !required.services.includes(contract.serviceId)) {
    yield failure("services", contract.serviceId, required.services);
  }
  if (required.models.length > 0 && (model === null || !required.models.includes(model))) {
    yield failure("models", model, required.models);
  }
}

/** on_device < local < private_cloud < external; unsaid is within nothing. */
export function isWithinLocality(locality: Locality | undefined, limit: Locality): boolean {
  return locality !== undefined && localities.indexOf(locality) <= localities.indexOf(limit);
}

function failure(name: string, found: JsonValue, expected: JsonValue): MatchingFailure {
  return { clause: "constraints", path: `constraints.${name}`, found, expected };
}
