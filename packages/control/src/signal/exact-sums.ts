import type { Field } from "@caio/contracts";

import { PARTS } from "../field/samples.ts";

/** With parts this small, 128 squared differences add up to less than 2⁵³, and doubles hold them exactly. */
const SMALL_PART = 4_000_000;

/** Σ of the squared parts of a field, exactly, in micros². */
export function sumOfSquares(field: Field): bigint {
  if (!isSmall(field)) return field.reduce((sum, part) => sum + BigInt(part) * BigInt(part), 0n);
  let sum = 0;
  for (const part of field) sum += part * part;
  return BigInt(sum);
}

/** ‖∇Ψ‖² with the periodic forward difference Ψ_(n+1) − Ψ_n, exactly, in micros² (calculus §9). */
export function sumOfSquaredDifferences(field: Field): bigint {
  const small = isSmall(field);
  let sum = 0;
  let exact = 0n;
  for (let part = 0; part < PARTS; part++) {
    const next = field[(part + 2) % PARTS] ?? 0;
    const here = field[part] ?? 0;
    if (small) {
      sum += (next - here) * (next - here);
    } else {
      const difference = BigInt(next) - BigInt(here);
      exact += difference * difference;
    }
  }
  return small ? BigInt(sum) : exact;
}

function isSmall(field: Field): boolean {
  for (const part of field) if (part > SMALL_PART || part < -SMALL_PART) return false;
  return true;
}
