import { saturatingMulDiv } from "@caio/core";
import type { RequestLimits } from "@caio/contracts";
import type { PolicyLimits, PolicySet } from "@caio/rules";

/** One whole unit of a currency in pico-units. */
const PICO = 1_000_000_000_000;
const DEFAULT_COVERAGE_PPM = 950_000;

/**
 * The limits that bind a decision: the smaller of the policy's and the request's, the larger coverage (calculus §0). Null: none.
 * A request's budget in a currency without a rate drops out, and no candidate is within budget.
 */
export interface EffectiveLimits {
  /** Micro-units of the policy's currency. */
  readonly budget: number | null;
  /** True if the request's budget is in a currency without a rate. */
  readonly budgetWithoutRate: boolean;
  readonly latencyUs: number | null;
  readonly coveragePpm: number;
  readonly deadlineUs: number | null;
}

/** The effective limits of a request under an effective policy. */
export function effectiveLimits(request: RequestLimits, policy: PolicySet): EffectiveLimits {
  const asked = askedBudget(request, policy);
  return {
    budget: smaller(policy.limits.budgetMicros, asked === "without_rate" ? undefined : asked),
    budgetWithoutRate: asked === "without_rate",
    latencyUs: smaller(policy.limits.latencyUs, request.latencyUs),
    coveragePpm: Math.max(policy.limits.latencyCoveragePpm ?? 0, request.latencyCoveragePpm ?? 0) || DEFAULT_COVERAGE_PPM,
    deadlineUs: smaller(policy.limits.deadlineUs, request.deadlineUs),
  };
}

/** The effective limits as rules see them: what does not bind is absent. */
export function limitsForRules(limits: EffectiveLimits): PolicyLimits {
  const { budget, latencyUs, coveragePpm, deadlineUs } = limits;
  return {
    ...(budget === null ? {} : { budgetMicros: budget }),
    ...(latencyUs === null ? {} : { latencyUs }),
    latencyCoveragePpm: coveragePpm,
    ...(deadlineUs === null ? {} : { deadlineUs }),
  };
}

/** Pico-units of the policy's currency for one unit of `currency`; undefined without a rate. */
export function ratePico(currency: string, policy: PolicySet): number | undefined {
  if (currency === policy.currency) return PICO;
  return Object.hasOwn(policy.rates, currency) ? policy.rates[currency] : undefined;
}

/** The request's budget in the policy's currency. */
function askedBudget(request: RequestLimits, policy: PolicySet): number | undefined | "without_rate" {
  if (request.budgetMicros === undefined) return undefined;
  const rate = ratePico(request.currency ?? policy.currency, policy);
  if (rate === PICO) return request.budgetMicros;
  return rate === undefined ? "without_rate" : saturatingMulDiv(request.budgetMicros, rate, PICO, "down");
}

function smaller(a: number | undefined, b: number | undefined): number | null {
  if (a === undefined) return b ?? null;
  return b === undefined ? a : Math.min(a, b);
}
