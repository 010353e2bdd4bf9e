import { FIELD_SIZE } from "@caio/contracts";

import { cosines } from "../exact/unit-circle.ts";

/** Ψ̂ and its rate of change, by bin: 128 doubles each. */
export interface WaveState {
  readonly field: Float64Array;
  readonly rate: Float64Array;
}

/** c, m and γ of Ψ̈ + γΨ̇ = c²∇²Ψ − m²Ψ + u. */
export interface WaveParameters {
  readonly c: number;
  readonly m: number;
  readonly damping: number;
}

/**
 * One step of the wave equation by the implicit midpoint rule, bin by bin (calculus §9).
 *
 * With ω² = c²·(2 − 2cos(2πk/64)) + m² the mean rate of the step is v̄ = (2v + δ(u − ω²ψ))/(2 + γδ + ω²δ²/2); then ψ + δv̄ and 2v̄ − v.
 * The rule keeps the energy law of the equation in every step, whatever its length δ: E' − E = δ·(Re⟨v̄, u⟩ − γ‖v̄‖²).
 * So E never grows without u, and √E grows by at most δ‖u‖/√2 with it.
 *
 * @param force - û, 128 doubles; absent: no control
 */
export function stepWave(state: WaveState, parameters: WaveParameters, step: number, force?: Float64Array): WaveState {
  const field = new Float64Array(state.field.length);
  const rate = new Float64Array(state.rate.length);
  for (let part = 0; part < field.length; part++) {
    const stiffness = stiffnessOf(Math.floor(part / 2), parameters);
    const psi = state.field[part] ?? 0;
    const v = state.rate[part] ?? 0;
    const push = (force?.[part] ?? 0) - stiffness * psi;
    const mean = (2 * v + step * push) / (2 + parameters.damping * step + (stiffness * step * step) / 2);
    field[part] = psi + step * mean;
    rate[part] = 2 * mean - v;
  }
  return { field, rate };
}

/** ½|v|² + ½ω²|ψ|² of one bin; over all bins this is E, as the transform is unitary. */
export function modeEnergy(state: WaveState, bin: number, parameters: WaveParameters): number {
  const stiffness = stiffnessOf(bin, parameters);
  let energy = 0;
  for (let part = 2 * bin; part < 2 * bin + 2; part++) {
    const psi = state.field[part] ?? 0;
    const v = state.rate[part] ?? 0;
    energy += 0.5 * v * v + 0.5 * stiffness * psi * psi;
  }
  return energy;
}

/** E of all bins. */
export function waveEnergy(state: WaveState, parameters: WaveParameters): number {
  let energy = 0;
  for (let bin = 0; bin < FIELD_SIZE; bin++) energy += modeEnergy(state, bin, parameters);
  return energy;
}

/** ω² of a bin. */
export function stiffnessOf(bin: number, { c, m }: WaveParameters): number {
  return c * c * (2 - 2 * (cosines[bin] ?? 0)) + m * m;
}
