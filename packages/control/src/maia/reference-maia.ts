import type { Field } from "@caio/contracts";
import { CaioError, MICRO } from "@caio/core";

import { fft, inverseFft } from "../exact/fourier.ts";
import { fieldOf, PARTS, samplesOf } from "../field/samples.ts";
import type { ControlSignal } from "../signal/control-signal.ts";
import type { IntentReading, MaiaPort } from "./maia-port.ts";
import { modeEnergy, stepWave, waveEnergy, type WaveParameters, type WaveState } from "./wave-state.ts";

/** The equation and the clock of a `ReferenceMaia`; quantities in micros. */
export interface ReferenceMaiaOptions {
  readonly field: Field;
  /** Zero unless said. */
  readonly rate?: Field;
  /** c, ≥ 0; 1 000 000 unless said. */
  readonly cMicros?: number;
  /** m, > 0; 100 000 unless said. */
  readonly mMicros?: number;
  /** γ, ≥ 0; 10 000 unless said. */
  readonly dampingMicros?: number;
  /** Δ, > 0, the time that one control signal acts; 100 000 unless said. */
  readonly intervalMicros?: number;
  /** Steps of the integrator in one interval, ≥ 1; 8 unless said. */
  readonly steps?: number;
}

/**
 * A small MAIA for closed loops and tests: Ψ̈ + γΨ̇ = c²∇²Ψ − m²Ψ + u (calculus §9). Each `sendControl` lets u act for one
 * interval. Without control, energy never grows.
 *
 * @example
 * ```ts
 * import { HashingEncoder, ReferenceMaia } from "@caio/control";
 *
 * const maia = new ReferenceMaia({ field: new HashingEncoder().encode("translate this letter") });
 * const before = maia.energy;
 * maia.advance();
 * maia.energy <= before; // true
 * ```
 */
export class ReferenceMaia implements MaiaPort {
  #state: WaveState;
  readonly #parameters: WaveParameters;
  readonly #steps: number;
  readonly #step: number;

  /** @throws CaioError `InvalidField`, or `NumberOutOfRange` for options outside the ranges stated. */
  constructor(options: ReferenceMaiaOptions) {
    const { cMicros = MICRO, mMicros = 100_000, dampingMicros = 10_000, intervalMicros = 100_000, steps = 8 } = options;
    requireFrom(0, { cMicros, dampingMicros });
    requireFrom(1, { mMicros, intervalMicros, steps });
    const rate = options.rate === undefined ? new Float64Array(PARTS) : samplesOf(options.rate);
    this.#state = { field: fft(samplesOf(options.field)), rate: fft(rate) };
    this.#parameters = { c: cMicros / MICRO, m: mMicros / MICRO, damping: dampingMicros / MICRO };
    this.#steps = steps;
    this.#step = intervalMicros / MICRO / steps;
  }

  /** E now. */
  get energy(): number {
    return waveEnergy(this.#state, this.#parameters);
  }

  /** E of one bin, 0 … 63. */
  energyOfBin(bin: number): number {
    return modeEnergy(this.#state, bin, this.#parameters);
  }

  /** Lets one interval pass under u, or without control. @throws CaioError `InvalidField` */
  advance(u?: Field): void {
    const force = u === undefined ? undefined : fft(samplesOf(u));
    for (let count = 0; count < this.#steps; count++) {
      this.#state = stepWave(this.#state, this.#parameters, this.#step, force);
    }
  }

  readIntent(): Promise<IntentReading> {
    return Promise.resolve(this.reading);
  }

  /** Ψ and Ψ̇ now, rounded to micros. */
  get reading(): Required<IntentReading> {
    return { field: fieldOf(inverseFft(this.#state.field)), rate: fieldOf(inverseFft(this.#state.rate)) };
  }

  sendControl(signal: ControlSignal): Promise<void> {
    this.advance(signal.u);
    return Promise.resolve();
  }
}

function requireFrom(min: number, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isSafeInteger(value) && value >= min) continue;
    const expected = `an integer of at least ${String(min)}`;
    throw new CaioError("NumberOutOfRange", `At ${name}: found ${String(value)}, expected ${expected}.`, {
      details: { path: name, found: String(value), expected },
    });
  }
}
