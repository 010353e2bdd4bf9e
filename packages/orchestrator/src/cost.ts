import { divideBig, MICRO, mulDiv } from "@caio/core";
import type { Cost } from "@caio/contracts";
import type { PolicySet } from "@caio/rules";

import { ratePico } from "./effective-limits.ts";

const MICRO_BIG = BigInt(MICRO);
const PICO_BIG = 1_000_000_000_000n;
const PICO = 1_000_000_000_000;
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * The most a call can cost, in micro-units of the policy's currency; `silent` if a factor is unsaid; `currency` if there is no
 * rate (calculus §5).
 */
export type WorstCaseCost =
  | { readonly kind: "amount"; readonly micros: number }
  | { readonly kind: "silent" }
  | { readonly kind: "currency" };

/** What a call can use at most. Output tokens: the smaller of the request's and the model's limit. */
export interface Usage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly deadlineUs: number | null;
}

/** ⌈(base + in·r_in + out·r_out)/10⁶⌉, + ⌈r_s·deadline/10¹²⌉ per second, converted and rounded up (calculus §5). */
export function worstCaseCost(cost: Cost | undefined, usage: Usage, policy: PolicySet): WorstCaseCost {
  if (cost === undefined) return { kind: "silent" };
  if (cost.model === "free") return { kind: "amount", micros: 0 };
  const rate = ratePico(cost.currency, policy);
  if (rate === undefined) return { kind: "currency" };
  const { inputTokens, outputTokens, deadlineUs } = usage;
  if (isUnsaid(cost.inputTokenPico, inputTokens) || isUnsaid(cost.outputTokenPico, outputTokens)) return { kind: "silent" };
  const perSecond = cost.model === "per_second" ? cost.secondPico : 0;
  if (isUnsaid(perSecond, deadlineUs ?? undefined)) return { kind: "silent" };
  const tokens = cost.basePico + cost.inputTokenPico * (inputTokens ?? 0) + cost.outputTokenPico * (outputTokens ?? 0);
  // Parts are not negative: a safe sum had safe parts, and nothing was rounded.
  if (perSecond === 0 && rate === PICO && Number.isSafeInteger(tokens)) return { kind: "amount", micros: mulDiv(tokens, 1, MICRO, "up") };
  return { kind: "amount", micros: exactCost(cost, usage, perSecond, rate) };
}

/** A factor that is needed and not said. */
function isUnsaid(rate: number, factor: number | undefined): boolean {
  return rate !== 0 && factor === undefined;
}

function exactCost(cost: Cost, { inputTokens, outputTokens, deadlineUs }: Usage, perSecond: number, rate: number): number {
  const product = (price: number, factor: number | null | undefined): bigint => BigInt(price) * BigInt(factor ?? 0);
  const input = product(cost.inputTokenPico, inputTokens);
  const output = product(cost.outputTokenPico, outputTokens);
  const tokens = divideBig(BigInt(cost.basePico) + input + output, MICRO_BIG, "up");
  const total = tokens + divideBig(product(perSecond, deadlineUs), PICO_BIG, "up");
  const converted = divideBig(total * BigInt(rate), PICO_BIG, "up");
  // Past every budget there can be: the largest integer stands for all of them.
  return Number(converted > LARGEST ? LARGEST : converted);
}
