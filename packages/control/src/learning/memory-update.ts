import type { Field } from "@caio/contracts";
import { MICRO } from "@caio/core";

import { memorySamples } from "../field/memory-samples.ts";
import { energyOf, PARTS, samplesOf } from "../field/samples.ts";

/** λ unless said: an outcome's trace halves in about seven. */
const DEFAULT_DECAY_MICROS = 900_000;

/**
 * The memory field after one outcome: M ← λ·M + (1 − λ)·r·Ψ_i/‖Ψ_i‖, r the reward (calculus §9).
 *
 * A bad outcome writes the intent with a negative sign, so that the resonance term warns of it. ‖M‖ stays ≤ 1.
 * A zero intent only fades the memory.
 *
 * @param memory - 128 doubles; absent counts as zero
 * @param rewardMicros - −1 000 000 … 1 000 000
 * @param decayMicros - λ, 0 … 1 000 000
 * @throws CaioError `InvalidField`, `InvalidHistory`
 */
export function updateMemory(
  memory: readonly number[] | undefined,
  intent: Field,
  rewardMicros: number,
  decayMicros: number = DEFAULT_DECAY_MICROS,
): readonly number[] {
  const keep = decayMicros / MICRO;
  return superposed(memory, keep, intent, (1 - keep) * (rewardMicros / MICRO));
}

/**
 * The memory field once the reward of an outcome it holds has changed: M ← M + (1 − λ)·Δr·Ψ_i/‖Ψ_i‖, brought back to norm 1 where it would
 * be longer. Nothing fades, since nothing new happened. How much of the outcome has faded meanwhile nobody keeps: a late word weighs as if it
 * had come at once.
 *
 * @param deltaMicros - −2 000 000 … 2 000 000
 * @throws CaioError `InvalidField`, `InvalidHistory`
 */
export function correctMemory(
  memory: readonly number[] | undefined,
  intent: Field,
  deltaMicros: number,
  decayMicros: number = DEFAULT_DECAY_MICROS,
): readonly number[] {
  const changed = superposed(memory, 1, intent, (1 - decayMicros / MICRO) * (deltaMicros / MICRO));
  const length = Math.sqrt(changed.reduce((sum, value) => sum + value * value, 0));
  return length > 1 ? changed.map((value) => value / length) : changed;
}

/** keep·M + weight·Ψ_i/‖Ψ_i‖; a zero intent adds nothing. */
function superposed(memory: readonly number[] | undefined, keep: number, intent: Field, weight: number): readonly number[] {
  const old = memory === undefined ? new Float64Array(PARTS) : memorySamples(memory);
  const samples = samplesOf(intent);
  const norm = Math.sqrt(energyOf(samples));
  const scale = norm === 0 ? 0 : weight / norm;
  return Array.from(old, (value, index) => keep * value + scale * (samples[index] ?? 0));
}
