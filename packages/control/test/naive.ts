import type { Field } from "@caio/contracts";

/** Complex numbers and sums written out plainly, with the engine's own functions: the other opinion in tests. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

export function complexOf(parts: readonly number[]): Complex[] {
  return Array.from({ length: parts.length / 2 }, (_, n) => ({ re: parts[2 * n] ?? 0, im: parts[2 * n + 1] ?? 0 }));
}

export function fieldValues(field: Field): Complex[] {
  return complexOf(field.map((value) => value / 1e6));
}

/** ⅛·Σ_n a_n·e^(sign·2πikn/64) */
export function naiveTransform(a: readonly Complex[], sign: 1 | -1): Complex[] {
  return a.map((_, k) => {
    let re = 0;
    let im = 0;
    a.forEach((value, n) => {
      const angle = (sign * 2 * Math.PI * k * n) / 64;
      re += value.re * Math.cos(angle) - value.im * Math.sin(angle);
      im += value.re * Math.sin(angle) + value.im * Math.cos(angle);
    });
    return { re: re / 8, im: im / 8 };
  });
}

/** ⟨a, b⟩ = Σ conj(a)·b */
export function inner(a: readonly Complex[], b: readonly Complex[]): Complex {
  let re = 0;
  let im = 0;
  a.forEach((x, n) => {
    const y = b[n] ?? { re: 0, im: 0 };
    re += x.re * y.re + x.im * y.im;
    im += x.re * y.im - x.im * y.re;
  });
  return { re, im };
}

export function energy(a: readonly Complex[]): number {
  return inner(a, a).re;
}

export function highPart(a: readonly Complex[]): Complex[] {
  const kept = naiveTransform(a, -1).map((value, k) => (k >= 9 && k <= 55 ? value : { re: 0, im: 0 }));
  return naiveTransform(kept, 1);
}
