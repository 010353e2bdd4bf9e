import type { JsonValue } from "@caio/core";

import type { Candidate } from "../request.ts";
import type { RequiredConstraints } from "../requirements.ts";
import { localities, type Locality, type ServiceContract } from "../service-contract.ts";
import type { MatchingFailure } from "./matching-failure.ts";

const NO_FAILURES: readonly MatchingFailure[] = [];

/** Each constraint asked that the pair does not meet, in the order of calculus §2. Silence meets none. */
export function constraintFailures(
  contract: ServiceContract,
  model: Candidate["model"],
  required: RequiredConstraints,
): readonly MatchingFailure[] {
  const { privacy, constraints } = contract;
  const { maxLocality, requiresGpu, requiresInternet, services, models } = required;
  let failures: readonly MatchingFailure[] = NO_FAILURES;
  if (maxLocality !== undefined && !isWithinLocality(privacy.dataLocality, maxLocality)) {
    failures = [...failures, failure("max_locality", privacy.dataLocality ?? null, maxLocality)];
  }
  if (required.regions.length > 0 && !isInside(privacy.regions ?? [], required.regions)) {
    failures = [...failures, failure("regions", privacy.regions ?? null, required.regions)];
  }
  if (requiresGpu !== undefined && constraints.requiresGpu !== requiresGpu) {
    failures = [...failures, failure("requires_gpu", constraints.requiresGpu ?? null, requiresGpu)];
  }
  if (requiresInternet !== undefined && constraints.requiresInternet !== requiresInternet) {
    failures = [...failures, failure("requires_internet", constraints.requiresInternet ?? null, requiresInternet)];
  }
  if (services.length > 0 && !services.includes(contract.serviceId)) failures = [...failures, failure("services", contract.serviceId, services)];
  if (models.length > 0 && (model === null || !models.includes(model))) failures = [...failures, failure("models", model, models)];
  return failures;
}

function isInside(regions: readonly string[], allowed: readonly string[]): boolean {
  return regions.length > 0 && regions.every((region) => allowed.includes(region));
}

/** on_device < local < private_cloud < external; unsaid is within nothing. */
export function isWithinLocality(locality: Locality | undefined, limit: Locality): boolean {
  return locality !== undefined && localities.indexOf(locality) <= localities.indexOf(limit);
}

function failure(name: string, found: JsonValue, expected: JsonValue): MatchingFailure {
  return { clause: "constraints", path: `constraints.${name}`, found, expected };
}
