import { FIELD_SIZE } from "@caio/contracts";

import { PARTS } from "../field/samples.ts";
import { stiffnessOf, type WaveParameters, type WaveState } from "./wave-state.ts";

/**
 * How a free wave turns: by bin, e^(−iωt) as the integrator of `stepWave` has it. A solution of Ψ̈ = −ω²Ψ with Ψ̇ = −iωΨ is multiplied in each
 * step by (1 − ia)/(1 + ia), a = ωδ/2; half way through the step it has the phase of 1 − ia. So + − × ÷ √ are enough.
 */
export interface FreeTurn {
  /** ω by bin. */
  readonly frequency: Float64Array;
  /** What a step multiplies a free wave by: 64 complex numbers of size 1. */
  readonly step: Float64Array;
  /** The phase half way through a step, likewise. */
  readonly middle: Float64Array;
}

/** The turn of the waves of an equation in steps of one length. */
export function freeTurn(parameters: WaveParameters, step: number): FreeTurn {
  const frequency = new Float64Array(FIELD_SIZE);
  const turn = new Float64Array(PARTS);
  const middle = new Float64Array(PARTS);
  for (let bin = 0; bin < FIELD_SIZE; bin++) {
    const omega = Math.sqrt(stiffnessOf(bin, parameters));
    const a = (omega * step) / 2;
    const size = 1 + a * a;
    frequency[bin] = omega;
    turn[2 * bin] = (1 - a * a) / size;
    turn[2 * bin + 1] = (-2 * a) / size;
    middle[2 * bin] = 1 / Math.sqrt(size);
    middle[2 * bin + 1] = -a / Math.sqrt(size);
  }
  return { frequency, step: turn, middle };
}

/** No turn: 64 times 1. */
export function unturned(): Float64Array {
  return Float64Array.from({ length: PARTS }, (_, part) => 1 - (part % 2));
}

/** a·b by bin. */
export function turned(a: Float64Array, b: Float64Array): Float64Array {
  return product(a, b, 1);
}

/** a·conj(b) by bin: back from where `turned` went, as b has size 1. */
export function turnedBack(a: Float64Array, b: Float64Array): Float64Array {
  return product(a, b, -1);
}

/** The free wave of a spectrum: Ψ̇ = −iωΨ. Its kinetic and its potential energy are equal, bin by bin, and stay so. */
export function freeWave(field: Float64Array, { frequency }: FreeTurn): WaveState {
  const rate = new Float64Array(PARTS);
  for (let bin = 0; bin < FIELD_SIZE; bin++) {
    const omega = frequency[bin] ?? 0;
    rate[2 * bin] = omega * (field[2 * bin + 1] ?? 0);
    rate[2 * bin + 1] = -omega * (field[2 * bin] ?? 0);
  }
  return { field, rate };
}

/** a·A + b·B: the equation is linear. */
export function superposed(a: number, first: WaveState, b: number, second: WaveState): WaveState {
  const mixed = (one: Float64Array, other: Float64Array): Float64Array => one.map((value, part) => a * value + b * (other[part] ?? 0));
  return { field: mixed(first.field, second.field), rate: mixed(first.rate, second.rate) };
}

function product(a: Float64Array, b: Float64Array, sign: 1 | -1): Float64Array {
  const out = new Float64Array(PARTS);
  for (let part = 0; part < PARTS; part += 2) {
    const re = a[part] ?? 0;
    const im = a[part + 1] ?? 0;
    const otherRe = b[part] ?? 0;
    const otherIm = sign * (b[part + 1] ?? 0);
    out[part] = re * otherRe - im * otherIm;
    out[part + 1] = re * otherIm + im * otherRe;
  }
  return out;
}
