import { onlineSettings } from "@caio/control";

import type { Play } from "./play-stream.ts";
import { mean } from "./summary.ts";

const MICRO = 1_000_000;
/** Claims come in steps, as people state them. */
const STEP = 50_000;

/** What is played, by name. */
export interface Condition {
  readonly name: string;
  readonly play: Omit<Play, "seed">;
  /** The model that claims most; with nothing claimed, the one that would by honest claims. */
  readonly claimed: number;
}

/** What the conditions are made of: scores of other prompts than those played, by model, and the likeness of the encoder. */
export interface Ground {
  readonly elsewhere: readonly (readonly number[])[];
  readonly likenessMicros: number;
  readonly epsilonPpm: number;
}

/**
 * Honest claims are each model's mean score on prompts that are not played, in steps of 0.05. Dishonest ones are the same, but the weakest of the
 * three models that claim least says 0.95. Equal ones are 0.5 for all. Cold is LinUCB alone, as without an online value, with the policy's default width.
 */
export function conditions({ elsewhere, likenessMicros, epsilonPpm }: Ground): readonly Condition[] {
  const models = elsewhere[0]?.length ?? 0;
  const means = Array.from({ length: models }, (_, model) => mean(elsewhere.map((scores) => scores[model] ?? 0)));
  const honest = means.map((each) => Math.round((each * MICRO) / STEP) * STEP);
  const weak = means.indexOf(Math.min(...means));
  const best = first(honest);
  const second = [...means.keys()].filter((model) => model !== best).reduce((a, b) => ((means[b] ?? 0) > (means[a] ?? 0) ? b : a));
  const swap = [best, second] as const;
  const settings = onlineSettings({ likenessMicros });
  const common = { settings, widthMicros: 0, epsilonPpm, maxLossMicros: 250_000 };
  const play = (name: string, claims: readonly number[] | undefined, more: Partial<Play> = {}): Condition => ({ name, claimed: claims === undefined ? best : first(claims), play: { ...common, claims, ...more } });
  return [
    play("honest", honest),
    play("honest, no exploring", honest, { epsilonPpm: 0 }),
    play("dishonest", honest.map((claim, model) => (model === weak ? 950_000 : claim))),
    play("equal claims", honest.map(() => 500_000)),
    play("LinUCB cold", undefined, { widthMicros: 500_000, epsilonPpm: 0 }),
    play("swap, detector", honest, { swap }),
    play("swap, half-life 500", honest, { swap, settings: onlineSettings({ likenessMicros, changeMicros: 0, halfLife: 500 }) }),
    play("swap, nothing forgotten", honest, { swap, settings: onlineSettings({ likenessMicros, changeMicros: 0 }) }),
  ];
}

function first(claims: readonly number[]): number {
  return claims.indexOf(Math.max(...claims));
}
