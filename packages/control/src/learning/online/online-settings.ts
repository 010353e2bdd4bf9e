import { MAX_CASE_FEATURES, MAX_CASE_NUMBERS, MAX_CASES } from "@caio/contracts";
import { CaioError, MICRO } from "@caio/core";

/** How values are learned online (calculus §9, decision 29). All are integers, so that a version of H follows from them alone. */
export interface OnlineSettings {
  /** Outcomes that a claim counts as. */
  readonly priorWeight: number;
  /** The reward expected of a pair that claims nothing, micros; it counts as two outcomes. */
  readonly unclaimedMicros: number;
  /** What others must be better by than the pair that claims most, micros. */
  readonly leadMicros: number;
  /** What uncertainty takes away, micros. */
  readonly cautionMicros: number;
  /** Cosine at which a case counts one, micros. It belongs to the encoder: 650 000 for sentence embeddings. Over hashed words cases did not pay at 350 000. */
  readonly likenessMicros: number;
  /** Cases of a pair, 0 … 128. */
  readonly cases: number;
  /** Outcomes of a pair after which one counts half; 0: never. */
  readonly halfLife: number;
  /** Where a CUSUM of the errors ends what was learned, micros; 0: nowhere. */
  readonly changeMicros: number;
}

/** What the experiment of docs/learning-online.md found best, for rewards from 0 to 1. */
export const defaultOnlineSettings: OnlineSettings = {
  priorWeight: 200,
  unclaimedMicros: MICRO / 2,
  leadMicros: 30_000,
  cautionMicros: 134_000,
  likenessMicros: 650_000,
  cases: MAX_CASES,
  halfLife: 0,
  changeMicros: 16 * MICRO,
};

const ranges: Readonly<Record<keyof OnlineSettings, readonly [min: number, max: number]>> = {
  priorWeight: [0, 1_000_000],
  unclaimedMicros: [-MICRO, MICRO],
  leadMicros: [0, MICRO],
  cautionMicros: [0, 10 * MICRO],
  likenessMicros: [50_000, MICRO],
  cases: [0, MAX_CASES],
  halfLife: [0, 1_000_000],
  changeMicros: [0, 1000 * MICRO],
};

/** The settings with the defaults for what is not said. @throws CaioError `NumberOutOfRange` for one outside its range */
export function onlineSettings(said: Partial<OnlineSettings> = {}): OnlineSettings {
  const settings = { ...defaultOnlineSettings, ...said };
  for (const [name, [min, max]] of Object.entries(ranges) as [keyof OnlineSettings, readonly [number, number]][]) {
    const found = settings[name];
    if (Number.isSafeInteger(found) && found >= min && found <= max) continue;
    const expected = `an integer from ${String(min)} to ${String(max)}`;
    throw new CaioError("NumberOutOfRange", `At ${name}: found ${String(found)}, expected ${expected}.`, { details: { path: name, found: String(found), expected } });
  }
  return settings;
}

/** Cases of so many numbers each that a leaf may hold. */
export function casesOf({ cases }: OnlineSettings, numbers: number): number {
  return Math.min(cases, Math.floor(MAX_CASE_NUMBERS / Math.min(MAX_CASE_FEATURES, Math.max(1, numbers))));
}
