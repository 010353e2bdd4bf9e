import type { Field, LearnedValue } from "@caio/contracts";
import fc from "fast-check";

import { LinUcb } from "../src/index.ts";

/** Fields of everyday size: parts up to 0.3. */
export const anyField: fc.Arbitrary<Field> = fieldWithin(300_000);

/** Fields whose parts are at most this many micros in size, the zero field among them. */
export function fieldWithin(limit: number): fc.Arbitrary<Field> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.array(fc.integer({ min: -limit, max: limit }), { minLength: 128, maxLength: 128 }) },
    { weight: 1, arbitrary: fc.constant(new Array<number>(128).fill(0)) },
  );
}

export const anySamples: fc.Arbitrary<Float64Array> = fc.float64Array({
  minLength: 128,
  maxLength: 128,
  min: -100,
  max: 100,
  noNaN: true,
});

export const micros: fc.Arbitrary<number> = fc.integer({ min: 0, max: 1_000_000 });

/** A learned value as it can arise: a few updates from nothing. */
export const anyLearned: fc.Arbitrary<LearnedValue> = fc
  .array(fc.tuple(fc.float64Array({ minLength: 16, maxLength: 16, min: 0, max: 1, noNaN: true }), fc.integer({ min: -1_000_000, max: 1_000_000 })), {
    maxLength: 5,
  })
  .map((updates) => {
    const bandit = new LinUcb();
    return updates.reduce((learned, [x, reward]) => bandit.update(learned, x, reward), bandit.initial());
  });

/** A field that holds one bin: amplitude·e^(2πi·bin·n/64)/8, with phase. */
export function singleBin(bin: number, amplitudeMicros: number, phase = 0): Field {
  return Array.from({ length: 128 }, (_, part) => {
    const angle = (2 * Math.PI * bin * Math.floor(part / 2)) / 64 + phase;
    return Math.round((amplitudeMicros / 8) * (part % 2 === 0 ? Math.cos(angle) : Math.sin(angle)));
  });
}
