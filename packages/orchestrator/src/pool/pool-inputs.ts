import type { RegistrySnapshot } from "@caio/registry";

import type { DecisionInputs } from "../inputs/decision-inputs.ts";

/** R, P and H of a decision that another thread makes: as `DecisionInputs`, but the whole registry, of which it takes the tenant's view. */
export interface PoolInputs {
  readonly registry: Omit<DecisionInputs["registry"], "view"> & { readonly snapshot: RegistrySnapshot };
  readonly policy: DecisionInputs["policy"];
  readonly history: DecisionInputs["history"] & { readonly freshness?: undefined };
}

/** The inputs of the same decision in this thread. */
export function inputsHere({ registry: { snapshot, ...place }, policy, history }: PoolInputs, tenant: string): DecisionInputs {
  return { registry: { ...place, view: snapshot.view(tenant) }, policy, history };
}
