/** Values to places, and the values that are written beside the axis. */
export interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** Powers of ten as ticks. The range begins and ends at one. */
export function logScale(values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const positive = values.filter((value) => value > 0);
  const least = Math.floor(Math.log10(Math.min(...positive)) + 1e-9);
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...positive)) - 1e-9));
  const ticks = Array.from({ length: most - least + 1 }, (_tick, at) => 10 ** (least + at));
  return { ticks, at: (value) => from + ((Math.log10(Math.max(value, 10 ** least)) - least) / (most - least)) * (to - from) };
}

const STEPS = [1, 2, 2.5, 5, 10];
const MOST_TICKS = 6;

/** Begins at nought. */
export function linearScale(values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const most = Math.max(...values, Number.MIN_VALUE);
  const magnitude = 10 ** Math.floor(Math.log10(most / MOST_TICKS));
  const step = magnitude * (STEPS.find((each) => most / (each * magnitude) <= MOST_TICKS) ?? 10);
  const end = Math.ceil(most / step - 1e-9) * step;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_tick, at) => at * step);
  return { ticks, at: (value) => from + (value / end) * (to - from) };
}
