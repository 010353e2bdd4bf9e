import type { Field, LearnedValue } from "@caio/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  computeAttentionScore,
  computeIntentScore,
  computeResonanceScore,
  computeRlScore,
  intentFeatures,
  LinUcb,
  prepareEncoding,
  prepareFields,
} from "../src/index.ts";
import { anyField, anyLearned, fieldWithin, singleBin } from "./arbitraries.ts";
import { energy, fieldValues, highPart, inner, naiveTransform } from "./naive.ts";

const zero: Field = new Array<number>(128).fill(0);
/** One micro either way: the two computations may fall on different sides of a rounding edge. */
const CLOSE = 1;

describe("intent score", () => {
  it("agrees with the matched filter written out", () => {
    fc.assert(
      fc.property(anyField, anyField, (intent, encoding) => {
        const high = highPart(fieldValues(intent));
        const e = fieldValues(encoding);
        const scale = energy(e) * energy(high);
        const product = inner(e, high);
        const expected = scale === 0 ? 0 : ((product.re * product.re + product.im * product.im) / scale) * 1e6;
        const actual = computeIntentScore(prepareEncoding(encoding), prepareFields({ intent, context: [] }));
        expect(Math.abs(actual - expected)).toBeLessThanOrEqual(CLOSE);
      }),
      { numRuns: 30 },
    );
  });

  it("is 1.0 for a high-band field and itself, whatever the phase and the size", () => {
    const fields = prepareFields({ intent: singleBin(17, 400_000), context: [] });
    expect(computeIntentScore(prepareEncoding(singleBin(17, 900_000, 1.1)), fields)).toBe(1_000_000);
    expect(computeIntentScore(prepareEncoding(singleBin(18, 900_000)), fields)).toBe(0);
  });

  it("is 0 for a zero norm", () => {
    expect(computeIntentScore(prepareEncoding(zero), prepareFields({ intent: singleBin(17, 400_000), context: [] }))).toBe(0);
    expect(computeIntentScore(prepareEncoding(singleBin(17, 1)), prepareFields({ intent: zero, context: [] }))).toBe(0);
    const constant = new Array<number>(128).fill(700_000);
    expect(computeIntentScore(prepareEncoding(constant), prepareFields({ intent: constant, context: [] }))).toBe(0);
  });
});

describe("attention score", () => {
  it("agrees with softmax attention written out", () => {
    fc.assert(
      fc.property(fieldWithin(3_000_000), anyField, fc.array(fieldWithin(3_000_000), { maxLength: 6 }), (intent, encoding, context) => {
        const psi = fieldValues(intent);
        const items = context.map(fieldValues);
        const scores = items.map((item) => inner(psi, item).re / 8);
        const largest = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - largest));
        const total = weights.reduce((a, b) => a + b, 0);
        const query = psi.map((_, n) => ({
          re: items.reduce((sum, item, j) => sum + ((weights[j] ?? 0) / total) * (item[n]?.re ?? 0), 0),
          im: items.reduce((sum, item, j) => sum + ((weights[j] ?? 0) / total) * (item[n]?.im ?? 0), 0),
        }));
        const e = fieldValues(encoding);
        const scale = Math.sqrt(energy(e)) * Math.sqrt(energy(query));
        const expected = scale === 0 ? 0 : (inner(e, query).re / scale) * 1e6;
        const actual = computeAttentionScore(prepareEncoding(encoding), prepareFields({ intent, context }));
        expect(Math.abs(actual - expected)).toBeLessThanOrEqual(CLOSE);
      }),
      { numRuns: 50 },
    );
  });

  it("is 0 without context, and the sign of likeness with one item", () => {
    const encoding = prepareEncoding(singleBin(20, 500_000));
    expect(computeAttentionScore(encoding, prepareFields({ intent: zero, context: [] }))).toBe(0);
    expect(computeAttentionScore(encoding, prepareFields({ intent: zero, context: [singleBin(20, 100_000)] }))).toBe(1_000_000);
    const opposite = singleBin(20, 100_000).map((part) => 0 - part);
    expect(computeAttentionScore(encoding, prepareFields({ intent: zero, context: [opposite] }))).toBe(-1_000_000);
  });
});

describe("learned score", () => {
  it("agrees with the formula written out, and stays in range", () => {
    fc.assert(
      fc.property(anyField, anyLearned, fc.integer({ min: 0, max: 2_000_000 }), (intent, learned, width) => {
        const x = naiveFeatures(intent);
        const mean = x.reduce((sum, value, i) => sum + value * (learned.theta[i] ?? 0), 0);
        const form = x.reduce(
          (sum, a, i) => sum + x.reduce((row, b, j) => row + a * b * (learned.inverse[16 * i + j] ?? 0), 0),
          0,
        );
        const expected = Math.min(1e6, Math.max(-1e6, (mean + (width / 1e6) * Math.sqrt(form)) * 1e6));
        const actual = computeRlScore(learned, prepareFields({ intent, context: [] }), width);
        expect(Math.abs(actual - expected)).toBeLessThanOrEqual(CLOSE);
        expect(Math.abs(actual)).toBeLessThanOrEqual(1_000_000);
      }),
      { numRuns: 30 },
    );
  });

  it("has features that are shares: 1 first, then 15 that add up to 1", () => {
    fc.assert(
      fc.property(anyField, (intent) => {
        const [first, ...shares] = intentFeatures(intent);
        expect(first).toBe(1);
        const total = shares.reduce((a, b) => a + b, 0);
        expect(shares.length).toBe(15);
        expect(total === 0 || Math.abs(total - 1) < 1e-12).toBe(true);
      }),
    );
  });

  it("is 0 with nothing learned, the width alone at first, and refuses another shape", () => {
    const fields = prepareFields({ intent: singleBin(30, 500_000), context: [] });
    expect(computeRlScore(undefined, fields, 500_000)).toBe(0);
    // x = (1, 1 in one class): √(xᵀx) = √2.
    expect(computeRlScore(new LinUcb().initial(), fields, 500_000)).toBe(Math.round((1e6 * Math.SQRT2) / 2));
    const short: LearnedValue = { theta: [1], inverse: [1] };
    expect(() => computeRlScore(short, fields, 500_000)).toThrow(expect.objectContaining({ code: "InvalidHistory" }));
    const broken: LearnedValue = { theta: new Array<number>(16).fill(Number.NaN), inverse: new LinUcb().initial().inverse };
    expect(() => computeRlScore(broken, fields, 500_000)).toThrow(expect.objectContaining({ code: "InvalidHistory" }));
  });
});

describe("resonance score", () => {
  it("agrees with the cosine written out", () => {
    fc.assert(
      fc.property(anyField, anyField, (intent, memory) => {
        const [a, b] = [fieldValues(intent), fieldValues(memory)];
        const scale = Math.sqrt(energy(a) * energy(b));
        const expected = scale === 0 ? 0 : (inner(a, b).re / scale) * 1e6;
        const actual = computeResonanceScore(memory.map((part) => part / 1e6), prepareFields({ intent, context: [] }));
        expect(Math.abs(actual - expected)).toBeLessThanOrEqual(CLOSE);
      }),
    );
  });

  it("is 0 without memory and for zero norms, and refuses what is no memory", () => {
    const fields = prepareFields({ intent: singleBin(30, 500_000), context: [] });
    expect(computeResonanceScore(undefined, fields)).toBe(0);
    expect(computeResonanceScore(zero, fields)).toBe(0);
    for (const bad of [[1, 2], new Array<number>(128).fill(Number.POSITIVE_INFINITY), new Array<number>(130).fill(0)]) {
      expect(() => computeResonanceScore(bad, fields)).toThrow(expect.objectContaining({ code: "InvalidHistory" }));
    }
  });
});

function naiveFeatures(intent: Field): number[] {
  const spectrum = naiveTransform(fieldValues(intent), -1);
  const power = spectrum.map(({ re, im }, k) => (k >= 9 && k <= 55 ? re * re + im * im : 0));
  const whole = power.reduce((a, b) => a + b, 0);
  const shares = Array.from({ length: 15 }, (_, j) => power.reduce((sum, value, k) => sum + (k % 15 === j ? value : 0), 0));
  return [1, ...shares.map((value) => (whole === 0 ? 0 : value / whole))];
}
