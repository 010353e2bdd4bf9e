import type { Field } from "@caio/contracts";
import { divideBig, toSafe } from "@caio/core";

import { integerRootDown, integerRootUp } from "../exact/integer-root.ts";
import type { ControlParameters } from "./control-parameters.ts";
import { sumOfSquaredDifferences, sumOfSquares } from "./exact-sums.ts";

/** Micros in one micro² × 10¹², twice: the divisor that turns the exact sum of `waveEnergyMicros` into micros. */
const TWICE_QUINTILLION = 2_000_000_000_000_000_000n;
const TRILLION = 1_000_000_000_000n;
/** 10⁶ · 10¹²: under the root, this turns micros into micros with six more digits. */
const QUINTILLION = 1_000_000_000_000_000_000n;

/**
 * E = ½‖Ψ̇‖² + ½c²‖∇Ψ‖² + ½m²‖Ψ‖² in micros, rounded up once; exact before that (calculus §9).
 *
 * @throws CaioError `NumberOutOfRange` if the energy passes 2⁵³ − 1 micros.
 */
export function waveEnergyMicros(
  intent: Field,
  rate: Field,
  { cMicros, mMicros }: Pick<ControlParameters, "cMicros" | "mMicros">,
): number {
  const c = BigInt(cMicros);
  const m = BigInt(mMicros);
  const twice = sumOfSquares(rate) * TRILLION + c * c * sumOfSquaredDifferences(intent) + m * m * sumOfSquares(intent);
  return toSafe(divideBig(twice, TWICE_QUINTILLION, "up"));
}

/**
 * The largest ‖u‖ allowed, √2·(√E_max − √E)₊/Δ, in micros, rounded down (calculus §9).
 *
 * In integers: ⌊(⌊√(2·E_max·10¹⁸)⌋ − ⌈√(2·E·10¹⁸)⌉)/Δ⌋ with E_max, E and Δ in micros; every rounding goes the safe way. At most 2⁵³ − 1.
 */
export function energyBoundMicros(
  energyMicros: number,
  { eMaxMicros, intervalMicros }: Pick<ControlParameters, "eMaxMicros" | "intervalMicros">,
): number {
  if (energyMicros >= eMaxMicros) return 0;
  const most = integerRootDown(2n * BigInt(eMaxMicros) * QUINTILLION);
  const now = integerRootUp(2n * BigInt(energyMicros) * QUINTILLION);
  if (most <= now) return 0;
  // A smaller bound is a safe one.
  return Math.min(Number.MAX_SAFE_INTEGER, Number((most - now) / BigInt(intervalMicros)));
}

/** True if ‖u‖ ≤ the bound, compared exactly: Σ u² ≤ bound². */
export function isWithinBound(u: Field, boundMicros: number): boolean {
  const bound = BigInt(boundMicros);
  return sumOfSquares(u) <= bound * bound;
}
