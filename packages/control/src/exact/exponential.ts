import { CaioError } from "@caio/core";

const LOG2_E = 1.4426950408889634;
/** ln 2 in two parts. The first has 16 significant bits, so that k·LN2_HIGH is exact for every |k| < 2^37. */
export const LN2_HIGH = 0.693145751953125;
export const LN2_LOW = 0.0000014286068203094173;

const SMALLEST_POWER = -1022;
const LARGEST_POWER = 1023;
/** 2^k at index k + 1022. */
const powersOfTwo = buildPowersOfTwo();

/**
 * eˣ from + − × ÷ alone, the same bits on every engine (calculus §0). Relative error below 10⁻¹⁵.
 *
 * k = ⌊x·LOG2_E + 0.5⌋; r = (x − k·LN2_HIGH) − k·LN2_LOW; p = 1, then for n = 13, 12, …, 1: p = 1 + (r·p)/n; result p·2^k.
 *
 * @returns 0 for x < −708
 * @throws CaioError `NumberOutOfRange` for NaN and x > 709, which has no finite result.
 *
 * @example
 * ```ts
 * import { expExact } from "@caio/control";
 *
 * expExact(1); // 2.7182818284590455: at most one step from the nearest double
 * ```
 */
export function expExact(x: number): number {
  if (!(x <= 709)) {
    throw new CaioError("NumberOutOfRange", `Found exp(${String(x)}), expected an exponent of at most 709.`, {
      details: { found: String(x), expected: "at most 709" },
    });
  }
  if (x < -708) return 0;
  const k = Math.floor(x * LOG2_E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let p = 1;
  for (let n = 13; n >= 1; n--) p = 1 + (r * p) / n;
  return p * (powersOfTwo[k - SMALLEST_POWER] ?? 0);
}

function buildPowersOfTwo(): Float64Array {
  const powers = new Float64Array(LARGEST_POWER - SMALLEST_POWER + 1);
  let power = 1;
  for (let k = 0; k <= LARGEST_POWER; k++) {
    powers[k - SMALLEST_POWER] = power;
    power *= 2;
  }
  power = 1;
  for (let k = 0; k >= SMALLEST_POWER; k--) {
    powers[k - SMALLEST_POWER] = power;
    power *= 0.5;
  }
  return powers;
}
