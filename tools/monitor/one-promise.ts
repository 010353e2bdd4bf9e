import type { Guarantee, ServiceContract } from "@caio/contracts";
import { watchPair, type MonitorTerms, type Observation, type PairWatch } from "@caio/guarantees";

/** A service that promises what is given and nothing else. */
export function serviceOf(guarantees: readonly Guarantee[], serviceId = "simulated"): ServiceContract {
  return {
    serviceId,
    version: "1.0.0",
    capabilities: [],
    guarantees,
    models: [],
    privacy: { compliance: [] },
    alignment: {},
    access: { requiredPermissions: [], match: "any", requiredTrustLevel: 0, tenants: [], public: true },
    constraints: {},
    api: { protocol: "inprocess", endpoints: [] },
    metadata: { tags: [] },
  };
}

/** A ratio of at least 1 − allowed. */
export function ratio(property: "accuracy" | "availability", allowedMicros: number): Guarantee {
  return { property, coveragePpm: 1_000_000, bound: { minMicros: 1_000_000 - allowedMicros } };
}

/** One stream, the place-th of its monitor. */
export function watchOne(guarantee: Guarantee, terms: MonitorTerms, place = 1): PairWatch {
  return watchPair({ contract: serviceOf([guarantee]), model: null, firstPlace: place, ...terms });
}

/** A call that succeeds, or brings nothing. */
export function callThat(isBroken: boolean): Observation {
  return { status: isBroken ? "error" : "success", latencyUs: 40, assumptionsMet: true };
}

/** A call whose answer was scored. */
export function scored(accuracy: number): Observation {
  return { status: "success", latencyUs: 40, assumptionsMet: true, values: { accuracy } };
}
