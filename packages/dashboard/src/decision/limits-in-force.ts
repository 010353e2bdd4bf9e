import type { Receipt } from "./receipt.ts";
import { numberAt, valueAt } from "./request-paths.ts";

/** The limits that a decision was held to: null for none, undefined where a path that they depend on is withheld. */
export interface LimitsInForce {
  readonly currency: string;
  readonly budgetMicros: number | null | undefined;
  readonly latencyUs: number | null | undefined;
  /** The share of calls that a latency has to hold in. */
  readonly coveragePpm: number | undefined;
  readonly traits: { readonly conservative: number; readonly confidential: number; readonly risk: number } | undefined;
}

/** Of a choice as the certificate says them; of a refusal the least of what the request and its policies say (calculus §0). */
export function limitsInForce(receipt: Receipt): LimitsInForce {
  const { certificate: { outcome }, policies } = receipt;
  const currency = policies[0]?.currency ?? "";
  const traits = traitsOf(receipt);
  if (outcome.kind === "chosen") return { currency, traits, ...outcome.limits };
  const ownCoverage = numberAt(receipt, "limits.latency_coverage_ppm");
  const coverage = [ownCoverage, ...policies.map(({ limits }) => limits.latency_coverage_ppm)].filter((value) => typeof value === "number");
  const other = valueAt(receipt, "limits.currency");
  // What is in another currency is not converted here: it is not shown.
  const foreign = (typeof other === "string" && other !== currency) || policies.some(({ currency: own }) => own !== currency);
  return {
    currency,
    traits,
    budgetMicros: foreign ? undefined : least(numberAt(receipt, "limits.budget_micros"), policies.map(({ limits }) => limits.budget_micros)),
    latencyUs: least(numberAt(receipt, "limits.latency_us"), policies.map(({ limits }) => limits.latency_us)),
    coveragePpm: ownCoverage === undefined ? undefined : coverage.length === 0 ? 950_000 : Math.max(...coverage),
  };
}

function least(asked: number | null | undefined, others: readonly (number | undefined)[]): number | null | undefined {
  if (asked === undefined) return undefined;
  const said = [asked, ...others].filter((value) => typeof value === "number");
  return said.length === 0 ? null : Math.min(...said);
}

/** Absent traits ask nothing (calculus §5). */
function traitsOf(receipt: Receipt): LimitsInForce["traits"] {
  const traits = valueAt(receipt, "traits");
  if (traits === undefined) return undefined;
  const at = (key: string, unsaid: number): number => {
    const value: unknown = typeof traits === "object" && traits !== null ? Reflect.get(traits, key) : undefined;
    return typeof value === "number" ? value : unsaid;
  };
  return { conservative: at("conservative_micros", 0), confidential: at("confidential_micros", 0), risk: at("risk_micros", 1_000_000) };
}
