import { limitsInForce, type LimitsInForce } from "./limits-in-force.ts";
import { admittedOf, isPair, nameOf, type Admitted, type Residuals } from "./receipt-shape.ts";
import type { Receipt } from "./receipt.ts";
import { decimal, duration, money } from "./words.ts";

/** A limit of a decision, and how much of it the chosen pair leaves (calculus §5). */
export interface LimitSlack {
  readonly id: "safety" | "policy" | "conservative" | "confidential" | "risk" | "budget" | "latency";
  readonly title: string;
  /** `open`: nothing was asked; `held`: kept by the margin; `withheld`: what was asked is not in the receipt, only the slack. */
  readonly state: "open" | "held" | "withheld";
  /** In words: `at most 0.02 USD`. */
  readonly limit: string;
  /** In words: what the chosen pair has; empty for what is only kept or broken. */
  readonly has: string;
  /** In words: what is left of the limit. */
  readonly slack: string;
  /** How much of the limit is used, ppm; null where that means nothing. */
  readonly usedPpm: number | null;
  /** The other admitted pair that leaves least, if a limit is asked for. */
  readonly tightest: { readonly name: string; readonly slack: string } | null;
}

interface Measure {
  readonly id: LimitSlack["id"];
  readonly title: string;
  readonly residual: (residuals: Residuals) => number;
  /** The limit as a number: null for none, undefined if withheld. */
  readonly limit: (limits: LimitsInForce) => number | null | undefined;
  /** True where the limit is a least value and not a most. */
  readonly atLeast?: true;
  readonly words: (value: number, limits: LimitsInForce) => string;
}

const ratio = (value: number): string => decimal(value);
const MEASURES: readonly Measure[] = [
  { id: "budget", title: "Budget", residual: ({ budget }) => budget.residual, limit: ({ budgetMicros }) => budgetMicros, words: (value, { currency }) => money(value, currency) },
  { id: "latency", title: "Latency", residual: ({ latency }) => latency.residual, limit: ({ latencyUs }) => latencyUs, words: duration },
  { id: "conservative", title: "Maturity", residual: ({ traits }) => traits.conservative, limit: ({ traits }) => asked(traits?.conservative), atLeast: true, words: ratio },
  { id: "confidential", title: "Confidentiality", residual: ({ traits }) => traits.confidential, limit: ({ traits }) => asked(traits?.confidential), atLeast: true, words: ratio },
  { id: "risk", title: "Risk", residual: ({ traits }) => traits.risk, limit: ({ traits }) => traits?.risk, words: ratio },
];

/** A demand of nothing is none. */
function asked(least: number | undefined): number | null | undefined {
  return least === 0 ? null : least;
}

/** The limits of the chosen pair, with their slack; empty for a refusal. */
export function limitSlackOf(receipt: Receipt): readonly LimitSlack[] {
  const { outcome } = receipt.certificate;
  if (outcome.kind !== "chosen") return [];
  const admitted = admittedOf(receipt.certificate);
  const chosen = admitted.find((pair) => isPair(pair, outcome.selected));
  if (chosen === undefined) return [];
  const others = admitted.filter((pair) => pair !== chosen);
  const limits = limitsInForce(receipt);
  return [...MEASURES.map((measure) => measured(measure, { chosen, others, limits })), ...flags()];
}

function measured(measure: Measure, { chosen, others, limits }: { readonly chosen: Admitted; readonly others: readonly Admitted[]; readonly limits: LimitsInForce }): LimitSlack {
  const { id, title, words } = measure;
  const limit = measure.limit(limits);
  if (limit === null) return { id, title, state: "open", limit: "none asked", has: "", slack: "", usedPpm: null, tightest: null };
  const left = -measure.residual(chosen.residuals);
  const slack = `${words(left, limits)} left`;
  const tightest = tightestOf(measure, others, limits);
  if (limit === undefined) return { id, title, state: "withheld", limit: "withheld", has: "withheld", slack, usedPpm: null, tightest };
  const has = measure.atLeast === true ? limit + left : limit - left;
  const end = measure.atLeast === true ? "at least" : "at most";
  const usedPpm = measure.atLeast === true ? Math.round((limit / Math.max(1, has)) * 1e6) : Math.round((has / Math.max(1, limit)) * 1e6);
  return { id, title, state: "held", limit: `${end} ${words(limit, limits)}`, has: words(has, limits), slack, usedPpm: Math.min(1_000_000, usedPpm), tightest };
}

function tightestOf({ residual, words }: Measure, others: readonly Admitted[], limits: LimitsInForce): LimitSlack["tightest"] {
  const [first] = [...others].sort((a, b) => residual(b.residuals) - residual(a.residuals));
  return first === undefined ? null : { name: nameOf(first), slack: `${words(-residual(first.residuals), limits)} left` };
}

/** Flags are kept by whoever is admitted. */
function flags(): readonly LimitSlack[] {
  const kept = { state: "held", has: "", slack: "kept", usedPpm: null, tightest: null } as const;
  return [
    { id: "safety", title: "Safety", limit: "nothing forbidden, harmful or unapproved", ...kept },
    { id: "policy", title: "Privacy and compliance", limit: "what the request demands", ...kept },
  ];
}
