import { outputTokens, promisedLatencyUs, propertyNamed, type Guarantee, type Request } from "@caio/contracts";
import { MICRO } from "@caio/core";
import type { OfferedBound, PlanOffer } from "@caio/traceability";

import { worstCaseCost } from "../cost.ts";
import type { RoutingDecision } from "../decision.ts";
import { effectiveLimits } from "../effective-limits.ts";
import type { DecisionInputs } from "../inputs/decision-inputs.ts";
import type { Pair } from "../pair.ts";
import { findDomain } from "../steps/matching.ts";

/** What every pair that a step's decision admits brings to a plan, in the order of the verdicts (calculus §7). */
export function offersOf(request: Request, decision: RoutingDecision, inputs: DecisionInputs): readonly PlanOffer[] {
  const { pairs } = findDomain(request, inputs.registry.view, inputs.history.snapshot);
  const { set: policy } = inputs.policy.snapshot.effective(request.document.policies);
  const { deadlineUs } = effectiveLimits(request.document.limits, policy);
  return decision.verdicts.flatMap((verdict, place): PlanOffer[] => {
    const pair = pairs[place];
    if (verdict.step !== 0 || pair === undefined) return [];
    const { effective } = pair.terms;
    const usage = { inputTokens: request.size.inputTokens, outputTokens: outputTokens(request.size, effective), deadlineUs };
    const cost = worstCaseCost(effective.cost, usage, policy);
    const promised = promisedBounds(pair).filter(({ boundUs }) => deadlineUs === null || boundUs <= deadlineUs);
    return [
      {
        service: verdict.service,
        model: verdict.model,
        score: verdict.score,
        costMicros: cost.kind === "amount" ? cost.micros : null,
        bounds: withDeadline(promised, deadlineUs),
        availabilityMicros: inTime(ratioOf("availability", pair), promised, deadlineUs),
        accuracyMicros: leastAccuracy(pair),
      },
    ];
  });
}

/** The promised latency at each coverage that a promise of the pair names, by coverage. */
function promisedBounds({ terms, measured }: Pair): readonly OfferedBound[] {
  const promises = [...terms.effective.guarantees, ...measured].filter(({ property }) => property === "latency");
  const coverages = [...new Set(promises.map(({ coveragePpm }) => coveragePpm))].sort((a, b) => a - b);
  return coverages.flatMap((coveragePpm) => {
    const boundUs = promisedLatencyUs(terms.effective.guarantees, measured, coveragePpm);
    return boundUs === undefined ? [] : [{ boundUs, coveragePpm }];
  });
}

/** No answer is later than an enforced deadline. */
function withDeadline(promised: readonly OfferedBound[], deadlineUs: number | null): readonly OfferedBound[] {
  if (deadlineUs === null || promised.some(({ coveragePpm }) => coveragePpm === MICRO)) return promised;
  return [...promised, { boundUs: deadlineUs, coveragePpm: MICRO }];
}

/** â(d) = max(0, a − ε): what comes too late is no usable answer. */
function inTime(available: number, promised: readonly OfferedBound[], deadlineUs: number | null): number {
  if (deadlineUs === null) return available;
  const covered = promised.reduce((most, { coveragePpm }) => Math.max(most, coveragePpm), 0);
  return Math.max(0, available - (MICRO - covered));
}

/** Rules see the least accuracy of a pair, and so do plans. */
function leastAccuracy(pair: Pair): number {
  const names = pair.terms.effective.guarantees.map(({ property }) => property).filter((property) => propertyNamed(property)?.row === "accuracy");
  return names.length === 0 ? 0 : Math.min(...names.map((name) => ratioOf(name, pair)));
}

/** The largest least value that is promised at full coverage, and no more than what was measured. */
function ratioOf(property: string, { terms, measured }: Pair): number {
  const declared = largest(terms.effective.guarantees, property);
  return measured.some((promise) => promise.property === property) ? Math.min(declared, largest(measured, property)) : declared;
}

function largest(promises: readonly Guarantee[], property: string): number {
  return promises.reduce((most, promise) => {
    if (promise.property !== property || promise.coveragePpm !== MICRO || !("minMicros" in promise.bound)) return most;
    return Math.max(most, Math.min(MICRO, promise.bound.minMicros ?? 0));
  }, 0);
}
