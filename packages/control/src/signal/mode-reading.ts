import type { Field } from "@caio/contracts";

import { highSamplesOf, projectHigh } from "../field/bands.ts";
import { energyOf, imaginaryProduct, realProduct, samplesOf } from "../field/samples.ts";

/** How much of an intent field is in the mode of one service, and what a signal does to it; reported, never scored. */
export interface ModeReading {
  /** ‖P Ψ‖, P the projection on Π_high e_s. */
  readonly amplitude: number;
  /** ‖Π_high Ψ − P Ψ‖ */
  readonly rest: number;
  /** ‖P Ψ̇‖² */
  readonly moving: number;
  /** ‖Π_high Ψ̇ − P Ψ̇‖² */
  readonly restMoving: number;
}

/**
 * Reads a field and its rate of change along the mode of a service. With u made for that mode and not scaled, the power of u is
 * g_e·`moving` − g_d·(1 + t_c)·`restMoving` (calculus §9).
 *
 * @param encoding - e_s
 * @throws CaioError `InvalidField`
 *
 * @example
 * ```ts
 * import { HashingEncoder, readMode, ReferenceMaia } from "@caio/control";
 *
 * const encoder = new HashingEncoder();
 * const maia = new ReferenceMaia({ frame: "turning" });
 * await maia.hear(encoder.encode("translate this letter"));
 * readMode(maia.reading, encoder.encode("translates letters")).amplitude; // above 0, at most ½
 * ```
 */
export function readMode({ field, rate }: { readonly field: Field; readonly rate: Field }, encoding: Field): ModeReading {
  const mode = highSamplesOf(encoding);
  const [along, besides] = partsOf(projectHigh(samplesOf(field)), mode);
  const [moving, restMoving] = partsOf(projectHigh(samplesOf(rate)), mode);
  return { amplitude: Math.sqrt(along), rest: Math.sqrt(besides), moving, restMoving };
}

/** Re⟨Ψ̇, u⟩: the energy that u adds per unit of time (calculus §9). @throws CaioError `InvalidField` */
export function powerOf(u: Field, rate: Field): number {
  return realProduct(samplesOf(rate), samplesOf(u));
}

/** ‖Pf‖² and ‖f − Pf‖². */
function partsOf(field: Float64Array, mode: Float64Array): [along: number, besides: number] {
  const energy = energyOf(mode);
  const whole = energyOf(field);
  if (energy === 0) return [0, whole];
  const re = realProduct(mode, field);
  const im = imaginaryProduct(mode, field);
  const along = (re * re + im * im) / energy;
  return [along, Math.max(0, whole - along)];
}
