import { divideBig } from "@caio/core";
import type { Cost } from "@caio/contracts";
import type { PolicySet } from "@caio/rules";

import { ratePico } from "./effective-limits.ts";

const MICRO_BIG = 1_000_000n;
const PICO_BIG = 1_000_000_000_000n;
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
  const input = product(cost.inputTokenPico, usage.inputTokens);
  const output = product(cost.outputTokenPico, usage.outputTokens);
  const time = cost.model === "per_second" ? product(cost.secondPico, usage.deadlineUs ?? undefined) : 0n;
  if (input === undefined || output === undefined || time === undefined) return { kind: "silent" };
  const tokens = divideBig(BigInt(cost.basePico) + input + output, MICRO_BIG, "up");
  const total = tokens + divideBig(time, PICO_BIG, "up");
  const converted = divideBig(total * BigInt(rate), PICO_BIG, "up");
  // Past every budget there can be: the largest integer stands for all of them.
  return { kind: "amount", micros: Number(converted > LARGEST ? LARGEST : converted) };
}

function product(rate: number, factor: number | undefined): bigint | undefined {
  if (rate === 0) return 0n;
  return factor === undefined ? undefined : BigInt(rate) * BigInt(factor);
}
