import type { Field } from "@caio/contracts";
import { CaioError, MICRO } from "@caio/core";

import { fft, inverseFft } from "../exact/fourier.ts";
import { fieldOf, PARTS, samplesOf } from "../field/samples.ts";
import type { ControlSignal } from "../signal/control-signal.ts";
import type { IntentReading, MaiaPort } from "./maia-port.ts";
import { freeTurn, freeWave, superposed, turned, turnedBack, unturned, type FreeTurn } from "./free-wave.ts";
import { modeEnergy, stepWave, waveEnergy, type WaveParameters, type WaveState } from "./wave-state.ts";

/** The equation and the clock of a `ReferenceMaia`; quantities in micros. */
export interface ReferenceMaiaOptions {
  /** Zero unless said. */
  readonly field?: Field;
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
  /**
   * The frame in which fields are reported and u is taken; still unless said. A turning one turns with the free wave, bin by bin: what was
   * heard stands there until control or damping change it, and u keeps its phase to it all through an interval. Turning
   * changes no size: E, the bound and the power of u are the same in both.
   */
  readonly frame?: "still" | "turning";
  /**
   * The most energy that `hear` leaves behind; 750 000 unless said: about one utterance, with room for u below the default E_max of 1. To
   * remember several, set it to 2 000 000 and the policy's `control.e_max` to 3.
   */
  readonly hearingMicros?: number;
}

/**
 * A small MAIA for closed loops and tests: Ψ̈ + γΨ̇ = c²∇²Ψ − m²Ψ + u (calculus §9). Each `sendControl` lets u act for one
 * interval. Without control, energy never grows. What is said is added as a free wave (`hear`).
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
  readonly #free: FreeTurn;
  readonly #turning: boolean;
  readonly #hearing: number;
  /** How far the frame has turned, by bin. */
  #turn = unturned();

  /** @throws CaioError `InvalidField`, or `NumberOutOfRange` for options outside the ranges stated. */
  constructor(options: ReferenceMaiaOptions = {}) {
    const { cMicros = MICRO, mMicros = 100_000, dampingMicros = 10_000, intervalMicros = 100_000, steps = 8, hearingMicros = 750_000 } = options;
    requireFrom(0, { cMicros, dampingMicros, hearingMicros });
    requireFrom(1, { mMicros, intervalMicros, steps });
    this.#state = { field: spectrumOf(options.field), rate: spectrumOf(options.rate) };
    this.#parameters = { c: cMicros / MICRO, m: mMicros / MICRO, damping: dampingMicros / MICRO };
    this.#steps = steps;
    this.#step = intervalMicros / MICRO / steps;
    this.#free = freeTurn(this.#parameters, this.#step);
    this.#turning = options.frame === "turning";
    this.#hearing = hearingMicros / MICRO;
  }

  /** E now. */
  get energy(): number {
    return waveEnergy(this.#state, this.#parameters);
  }

  /** E of one bin, 0 … 63. */
  energyOfBin(bin: number): number {
    return modeEnergy(this.#state, bin, this.#parameters);
  }

  /**
   * Adds the free wave of an utterance: Ψ + s and Ψ̇ − iωs. It takes no time. √E is a norm, so that √E of the sum is at most √E of
   * what is there + √E of what is said; where that passes the root of `hearingMicros`, what is there fades to make room: the newest is heard
   * whole, unless alone it is too loud.
   *
   * @throws CaioError `InvalidField`
   */
  hear(utterance: Field): Promise<void> {
    const said = freeWave(turned(spectrumOf(utterance), this.#turn), this.#free);
    const most = Math.sqrt(this.#hearing);
    const [loud, there] = [Math.sqrt(waveEnergy(said, this.#parameters)), Math.sqrt(this.energy)];
    const volume = loud > most ? most / loud : 1;
    // Rounding may leave less than nothing; where nothing is there, nothing has to fade.
    const room = Math.max(0, most - volume * loud);
    this.#state = superposed(there > room ? room / there : 1, this.#state, volume, said);
    return Promise.resolve();
  }

  /** Lets one interval pass under u, or without control. @throws CaioError `InvalidField` */
  advance(u?: Field): void {
    const force = u === undefined ? undefined : spectrumOf(u);
    for (let count = 0; count < this.#steps; count++) this.#pass(force);
  }

  #pass(force: Float64Array | undefined): void {
    if (!this.#turning) {
      this.#state = stepWave(this.#state, this.#parameters, this.#step, force);
      return;
    }
    const { step, middle } = this.#free;
    const push = force === undefined ? undefined : turned(force, turned(this.#turn, middle));
    this.#state = stepWave(this.#state, this.#parameters, this.#step, push);
    this.#turn = turned(this.#turn, step);
  }

  readIntent(): Promise<IntentReading> {
    return Promise.resolve(this.reading);
  }

  /** Ψ and Ψ̇ now, in the frame chosen, rounded to micros. */
  get reading(): Required<IntentReading> {
    const { field, rate } = this.#state;
    const seen = (spectrum: Float64Array): Field => fieldOf(inverseFft(turnedBack(spectrum, this.#turn)));
    return { field: seen(field), rate: seen(rate) };
  }

  sendControl(signal: ControlSignal): Promise<void> {
    this.advance(signal.u);
    return Promise.resolve();
  }
}

function spectrumOf(field: Field | undefined): Float64Array {
  return field === undefined ? new Float64Array(PARTS) : fft(samplesOf(field));
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
