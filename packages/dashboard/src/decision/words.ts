import type { Guarantee } from "./receipt-shape.ts";

/** Micros as a decimal without trailing zeros: `0.0125`. */
export function decimal(micros: number): string {
  return String(micros / 1_000_000);
}

/** Microseconds in the unit that a person would say them in: `850 ms`, `12 s`, `40 µs`. */
export function duration(us: number): string {
  const size = Math.abs(us);
  if (size >= 10_000_000) return `${rounded(us / 1_000_000)} s`;
  return size >= 1000 || us === 0 ? `${rounded(us / 1000)} ms` : `${String(us)} µs`;
}

/** Micros of money with its currency: `0.0125 USD`. */
export function money(micros: number, currency: string): string {
  return `${decimal(micros)} ${currency}`;
}

/** Parts in a million as a share: `95 %`. */
export function share(ppm: number): string {
  return `${String(ppm / 10_000)} %`;
}

/** Pico with its sign: `+0.3` or `−0.02`, exact. */
export function signedScore(pico: number): string {
  const text = exactScore(Math.abs(pico));
  return pico < 0 ? `−${text}` : `+${text}`;
}

/** Pico as a decimal, all digits, without trailing zeros. */
export function exactScore(pico: number): string {
  const digits = String(Math.abs(pico)).padStart(13, "0");
  const fraction = digits.slice(-12).replace(/0+$/, "");
  return `${pico < 0 ? "−" : ""}${digits.slice(0, -12)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** `1 pair`, `2 pairs`. */
export function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** A guarantee in words: `latency at most 850 ms in 95 % of calls`. */
export function guaranteeText({ property, coverage_ppm: coverage, bound }: Guarantee): string {
  const ends = [
    ...(bound.min_us === undefined ? [] : [`at least ${duration(bound.min_us)}`]),
    ...(bound.min_micros === undefined ? [] : [`at least ${decimal(bound.min_micros)}`]),
    ...(bound.max_us === undefined ? [] : [`at most ${duration(bound.max_us)}`]),
    ...(bound.max_micros === undefined ? [] : [`at most ${decimal(bound.max_micros)}`]),
  ];
  return `${property} ${ends.join(" and ")}${coverage === 1_000_000 ? "" : ` in ${share(coverage)} of calls`}`;
}

/** Words of a list, or what is said where it is empty. */
export function listText(texts: readonly string[], none = "none"): string {
  return texts.length === 0 ? none : texts.join(", ");
}

function rounded(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
