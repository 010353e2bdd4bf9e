import type { Field } from "@caio/contracts";
import { CaioError, MICRO } from "@caio/core";

import { highSamplesOf, projectHigh } from "../field/bands.ts";
import { energyOf, imaginaryProduct, PARTS, realProduct, samplesOf } from "../field/samples.ts";
import { requireControlParameters, type ControlParameters } from "./control-parameters.ts";
import { energyBoundMicros, isWithinBound, waveEnergyMicros } from "./energy-bound.ts";

/** u with what the certificate says of it (calculus §9). */
export interface ControlSignal {
  /** `steer`: from Ψ̇, as MAIA reported it. `nudge`: Ψ stood in for Ψ̇, and only the bound is claimed. */
  readonly kind: "steer" | "nudge";
  /** u, quantised toward zero. */
  readonly u: Field;
  /** E before, rounded up. */
  readonly energyBeforeMicros: number;
  /** The largest ‖u‖ allowed, rounded down; ‖u‖ is at most this, exactly. */
  readonly boundMicros: number;
  /** True if u was scaled down to the bound. */
  readonly scaled: boolean;
}

/** What u is made from. */
export interface ControlInput {
  /** Ψ_i */
  readonly intent: Field;
  /** Ψ̇_i */
  readonly intentRate?: Field;
  /** Π_high Ψ_i, 128 doubles, if it is at hand; not read where there is Ψ̇_i. */
  readonly highIntent?: Float64Array;
  /** e_{s*} of the chosen service. */
  readonly encoding: Field;
  /** t_c, 0 … 1 000 000; 0 for a caller without traits. */
  readonly conservativeMicros: number;
  readonly parameters: ControlParameters;
}

/**
 * u = g_e·P(Ψ̇) − g_d·(1 + t_c)·(Π_high Ψ̇ − P(Ψ̇)), P the projection on Π_high e_{s*}, scaled to
 * ‖u‖ ≤ √2·(√E_max − √E)₊/Δ (calculus §9).
 *
 * Without Ψ̇, Ψ stands in for it, in E as well. Where Π_high e_{s*} is zero there is no mode to excite, and P = 0.
 *
 * @throws CaioError `InvalidField`, `InvalidPolicy` for parameters out of range, `NumberOutOfRange` for t_c.
 *
 * @example
 * ```ts
 * import { generateControlSignal, HashingEncoder } from "@caio/control";
 *
 * const encoder = new HashingEncoder();
 * generateControlSignal({
 *   intent: encoder.encode("translate this letter"),
 *   encoding: encoder.encode("translates letters"),
 *   conservativeMicros: 200_000,
 *   parameters: {
 *     exciteMicros: 200_000, dampMicros: 100_000, cMicros: 1_000_000, mMicros: 100_000, intervalMicros: 100_000,
 *     eMaxMicros: 1_000_000,
 *   },
 * }).kind; // "nudge"
 * ```
 */
export function generateControlSignal(input: ControlInput): ControlSignal {
  requireControlParameters(input.parameters);
  requireTrait(input.conservativeMicros);
  const rate = input.intentRate ?? input.intent;
  const wanted = unboundedSignal(input, rate);
  const energyBeforeMicros = waveEnergyMicros(input.intent, rate, input.parameters);
  const boundMicros = energyBoundMicros(energyBeforeMicros, input.parameters);
  const kind = input.intentRate === undefined ? "nudge" : "steer";
  const whole = quantiseTowardZero(wanted, 1);
  if (isWithinBound(whole, boundMicros)) return { kind, u: whole, energyBeforeMicros, boundMicros, scaled: false };
  return { kind, u: scaleTo(wanted, boundMicros), energyBeforeMicros, boundMicros, scaled: true };
}

function unboundedSignal({ intent, highIntent, encoding, conservativeMicros, parameters }: ControlInput, rate: Field): Float64Array {
  if (intent !== rate) samplesOf(intent);
  const moving = intent === rate && highIntent !== undefined ? highIntent : projectHigh(samplesOf(rate));
  const chosen = highSamplesOf(encoding);
  const energy = energyOf(chosen);
  const re = energy === 0 ? 0 : realProduct(chosen, moving) / energy;
  const im = energy === 0 ? 0 : imaginaryProduct(chosen, moving) / energy;
  const excite = parameters.exciteMicros / MICRO;
  const damp = (parameters.dampMicros / MICRO) * (1 + conservativeMicros / MICRO);
  const u = new Float64Array(PARTS);
  for (let part = 0; part < PARTS; part += 2) {
    const chosenRe = chosen[part] ?? 0;
    const chosenIm = chosen[part + 1] ?? 0;
    const modeRe = chosenRe * re - chosenIm * im;
    const modeIm = chosenRe * im + chosenIm * re;
    u[part] = excite * modeRe - damp * ((moving[part] ?? 0) - modeRe);
    u[part + 1] = excite * modeIm - damp * ((moving[part + 1] ?? 0) - modeIm);
  }
  return u;
}

/**
 * Rounding toward zero only shortens, so that the first attempt fits unless the factor itself was rounded up; each further
 * one is a little shorter.
 */
function scaleTo(wanted: Float64Array, boundMicros: number): Field {
  let factor = boundMicros / MICRO / Math.sqrt(energyOf(wanted));
  let u = quantiseTowardZero(wanted, factor);
  while (!isWithinBound(u, boundMicros)) {
    factor *= 1 - 1e-12;
    u = quantiseTowardZero(wanted, factor);
  }
  return u;
}

function quantiseTowardZero(samples: Float64Array, factor: number): Field {
  const field = new Array<number>(PARTS);
  for (let part = 0; part < PARTS; part++) {
    // `+ 0` turns −0 into 0.
    field[part] = Math.trunc((samples[part] ?? 0) * factor * MICRO) + 0;
  }
  return field;
}

function requireTrait(value: number): void {
  if (Number.isSafeInteger(value) && value >= 0 && value <= MICRO) return;
  throw new CaioError("NumberOutOfRange", `Found t_c ${String(value)}, expected an integer from 0 to 1000000.`, {
    details: { found: String(value), expected: "0 to 1000000" },
  });
}
