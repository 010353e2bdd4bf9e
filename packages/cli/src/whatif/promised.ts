import type { PastDecision } from "./past-decision.ts";

const MICRO = 1_000_000;

/** What a pair promised, as far as its decision's certificate tells. */
export interface Promised {
  /** The most that the call could cost, micros; null: unknown, or nothing promised. */
  readonly costMicros: number | null;
  /** At the coverage of the decision, microseconds; null as above. */
  readonly latencyUs: number | null;
}

/**
 * What each admissible pair of a decision promised. Against a limit the certificate holds the exact distance. Without one it holds each cost as a
 * share of the largest, exact to a millionth, which the cap of the pair chosen makes an amount; a pair at the top of the shares may as well have
 * promised nothing, and is unknown.
 */
export function promisedOf({ admitted, limits, selected, costCapMicros }: PastDecision): readonly Promised[] {
  const own = admitted.find(({ service, model }) => service === selected.service && model === selected.model);
  const costAt = ({ terms, residuals }: PastDecision["admitted"][number]): number | null => {
    if (limits.budgetMicros !== null) return residuals.budget.flag === null ? residuals.budget.residual + limits.budgetMicros : null;
    if (costCapMicros === null || own === undefined) return null;
    if (terms.cost === own.terms.cost && (terms.cost < MICRO || terms === own.terms)) return costCapMicros;
    if (terms.cost === 0) return 0;
    return own.terms.cost === 0 || terms.cost === MICRO ? null : Math.round((terms.cost * costCapMicros) / own.terms.cost);
  };
  return admitted.map((pair) => ({
    costMicros: costAt(pair),
    latencyUs: limits.latencyUs === null || pair.residuals.latency.flag !== null ? null : pair.residuals.latency.residual + limits.latencyUs,
  }));
}
