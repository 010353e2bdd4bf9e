import { effectiveContract, outputTokens, type Candidate, type RequestSize, type ServiceContract } from "@caio/contracts";
import { worstCaseCost } from "@caio/orchestrator";
import type { PolicySet } from "@caio/rules";

import type { ChosenPair, Promised } from "./past-decision.ts";

const MICRO = 1_000_000;

/** What a decision was made on, as far as it is still there. */
export interface PromiseSources {
  readonly contract: (service: string) => ServiceContract | undefined;
  readonly size: RequestSize | undefined;
  readonly policy: PolicySet | undefined;
}

/**
 * What each admissible pair of a decision promised, in their order. Against a limit the certificate holds the exact distance; without one a cost follows from
 * the contract and the size of the request, and where those are gone from what the certificate says of it (`costByShare`).
 */
export function promisedOf(decision: ChosenPair, { contract, size, policy }: PromiseSources): readonly Promised[] {
  const { admitted, limits } = decision;
  return admitted.map((pair) => {
    const { budget, latency } = pair.residuals;
    const latencyUs = limits.latencyUs === null || latency.flag !== null ? null : latency.residual + limits.latencyUs;
    if (limits.budgetMicros !== null) return { costMicros: budget.flag === null ? budget.residual + limits.budgetMicros : null, latencyUs };
    const found = contract(pair.service);
    if (found === undefined || size === undefined || policy === undefined) return { costMicros: costByShare(pair, decision), latencyUs };
    return { costMicros: costByContract(pair, found, size, policy, limits.deadlineUs), latencyUs };
  });
}

function costByContract({ model }: Candidate, contract: ServiceContract, size: RequestSize, policy: PolicySet, deadlineUs: number | null): number | null {
  const effective = effectiveContract(contract, model);
  if (effective === undefined) return null;
  const cost = worstCaseCost(effective.cost, { inputTokens: size.inputTokens, outputTokens: outputTokens(size, effective), deadlineUs }, policy);
  return cost.kind === "amount" ? cost.micros : null;
}

/**
 * The certificate holds each cost as a share of the largest, exact to a millionth; the cap of the pair chosen makes it an amount. A pair at the top of the
 * shares may as well have promised nothing, and is unknown unless it was chosen.
 */
function costByShare(pair: ChosenPair["admitted"][number], { admitted, selected, costCapMicros }: ChosenPair): number | null {
  const own = admitted.find(({ service, model }) => service === selected.service && model === selected.model);
  if (costCapMicros === null || own === undefined) return null;
  const [share, ownShare] = [pair.terms.cost, own.terms.cost];
  if (pair === own || (share === ownShare && share < MICRO)) return costCapMicros;
  if (share === 0) return 0;
  return ownShare === 0 || share === MICRO ? null : Math.round((share * costCapMicros) / ownShare);
}
