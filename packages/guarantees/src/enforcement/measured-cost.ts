import { divideBig, toSafe } from "@caio/core";
import type { Cost, ServiceResult } from "@caio/contracts";

/** Pico-units in a micro-unit. */
const PICO_PER_MICRO = 1_000_000n;

/** What a call really used. */
export interface Measured {
  readonly usage: ServiceResult["usage"];
  readonly latencyUs: number;
}

/**
 * The cost of a call that was made, in micro-units of the policy's currency, rounded up; undefined if a factor that is
 * needed was not reported.
 *
 * @param cost - rates of the pair
 * @param ratePico - pico-units of the policy's currency for one unit of the contract's
 * @throws CaioError `NumberOutOfRange` past 2^53 − 1.
 */
export function measuredCostMicros(cost: Cost, measured: Measured, ratePico = 1_000_000_000_000): number | undefined {
  const { usage, latencyUs } = measured;
  const input = part(cost.inputTokenPico, usage?.inputTokens);
  const output = part(cost.outputTokenPico, usage?.outputTokens);
  if (input === undefined || output === undefined) return undefined;
  const perCall = divideBig(BigInt(cost.basePico) + input + output, PICO_PER_MICRO, "up");
  // pico per second × microseconds = 10⁻¹² · 10⁻⁶ units: 10¹² of these make a micro-unit.
  const perTime = divideBig(BigInt(cost.secondPico) * BigInt(latencyUs), 10n ** 12n, "up");
  return toSafe(divideBig((perCall + perTime) * BigInt(ratePico), 10n ** 12n, "up"));
}

function part(ratePico: number, count: number | undefined): bigint | undefined {
  if (ratePico === 0) return 0n;
  return count === undefined ? undefined : BigInt(ratePico) * BigInt(count);
}
