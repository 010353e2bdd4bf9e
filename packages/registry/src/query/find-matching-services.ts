import { candidateModels, satisfies, type Candidate, type MatchingDemand } from "@caio/contracts";

import type { RegistryView } from "../snapshot/registry-view.ts";
import type { ServiceEntry } from "../snapshot/service-entry.ts";

/** A pair (service, model) with the entry of its service. */
export interface MatchingService extends Candidate {
  readonly entry: ServiceEntry;
}

/**
 * The pairs of the view whose contract refines the demand, C(s,m) ⊨ Q(r), and whose service does not drain; in (service,
 * model) order (calculus §1, §2). Looks only at the services of the domain. Measured health and promises are not known
 * here: a decision takes them from the history.
 *
 * @example
 * ```ts
 * import type { MatchingDemand } from "@caio/contracts";
 * import { findMatchingServices, RegistrySnapshot } from "@caio/registry";
 *
 * declare const demand: MatchingDemand;
 * findMatchingServices(RegistrySnapshot.empty.view("acme"), demand); // []
 * ```
 */
export function findMatchingServices(view: RegistryView, demand: MatchingDemand): readonly MatchingService[] {
  const serving = view.domain(demand.requirements).services.filter(({ draining }) => !draining);
  return serving.flatMap((entry) => {
    const { contract } = entry;
    const matching = candidateModels(contract).filter((model) => satisfies({ contract, model }, demand).satisfied);
    return matching.map((model) => ({ service: contract.serviceId, model, entry }));
  });
}
