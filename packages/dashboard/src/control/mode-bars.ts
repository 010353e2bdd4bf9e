/** Where a mode lies: traits are in the low band, what is wanted in the high one, and nothing in the guard between them (calculus §9). */
export type Band = "low" | "guard" | "high";

/** One mode of a field of D samples. */
export interface ModeBar {
  readonly mode: number;
  readonly band: Band;
  /** Of the highest bar, 0 … 1; roots of energies, so that small ones are seen. */
  readonly height: number;
  readonly energyMicros: number;
}

/** The bars of a spectrum. */
export function modeBars(energies: readonly number[]): readonly ModeBar[] {
  const most = energies.reduce((highest, energy) => Math.max(highest, energy), 0);
  return energies.map((energyMicros, mode) => ({ mode, band: bandOf(mode, energies.length), height: most === 0 ? 0 : Math.sqrt(Math.max(0, energyMicros) / most), energyMicros }));
}

/** Millionths of all energy that are in a band; 0 where there is none. */
export function bandShareMicros(bars: readonly ModeBar[], band: Band): number {
  const sum = (own: readonly ModeBar[]): number => own.reduce((total, { energyMicros }) => total + energyMicros, 0);
  const all = sum(bars);
  return all === 0 ? 0 : Math.round((sum(bars.filter((bar) => bar.band === band)) / all) * 1_000_000);
}

/** Low: min(k, D − k) < D/8; the guard is at D/8. */
function bandOf(mode: number, size: number): Band {
  const distance = Math.min(mode, size - mode);
  return distance < size / 8 ? "low" : distance === size / 8 ? "guard" : "high";
}
