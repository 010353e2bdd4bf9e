import { MAX_FEATURES, requireFeatures } from "@caio/contracts";
import { digest } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { computeIntentScore, encodeVector, extractFieldState, HashingEncoder, MAX_VECTOR, prepareEncoding, prepareFields, projectFeatures, quantiseFeatures } from "../src/index.ts";

const encoder = new HashingEncoder();

const anyText = fc.array(fc.oneof(fc.nat({ max: 0x10ffff }), fc.integer({ min: 0x20, max: 0x7e })), { maxLength: 60 }).map((points) => String.fromCodePoint(...points));
const numbers = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 300 });

/** First digits of digests that were worked out once. */
const DIGESTS = ["38b49969c92e5e04", "6ead84672e2299f8", "f5481ec09cad98d4", "38b6c4dfb4db10e4", "84e9823d234749e2"];
const FIELD_DIGEST = "42e5db71dc54f034";

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0) / 1e12;
}

describe("features of the hashing encoder", () => {
  it("are 512 integers of length 1, or zeros, for any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const features = encoder.features(text);
        expect(features).toHaveLength(512);
        expect(requireFeatures(features)).toBe(features);
        expect(encoder.features(text)).toEqual(features);
      }),
      { numRuns: 60 },
    );
    for (const text of ["", "   \n"]) expect(new Set(encoder.features(text))).toEqual(new Set([0]));
  });

  it("are the same on every machine", () => {
    const texts = ["Which language is this text in?", "def f(x):\n    return x + 1\n", "日本語のテキスト🙂", "cafe\u0301 STRASSE ４２!", "no no no no"];
    expect(texts.map((text) => digest(["caio-hash-1", text, [...encoder.features(text)]]).slice(0, 16))).toEqual(DIGESTS);
    expect(encoder.features("cafe\u0301 STRASSE ４２!")).toEqual(encoder.features("CAFÉ strasse 42!"));
  });

  it("tell how often a word occurs, how long a text is and what form it has", () => {
    const base = encoder.features("a b");
    for (const other of ["a a a a b", "a b!", "a\nb", "a b c d e f g h", "ab"]) expect(encoder.features(other), other).not.toEqual(base);
  });

  it("are near for texts that have words in common", () => {
    const [one, near, far] = ["Translate this letter into German.", "Translate this mail into German.", "Which prime numbers are below fifty?"].map((text) => encoder.features(text));
    expect(cosine(one ?? [], near ?? [])).toBeGreaterThan(0.6);
    expect(cosine(one ?? [], far ?? [])).toBeLessThan(0.5);
  });
});

describe("quantiseFeatures", () => {
  it("gives length 1 and keeps the direction, whatever the size", () => {
    fc.assert(
      fc.property(numbers, fc.constantFrom(1, 1e-300, 1e300), (vector, scale) => {
        const sized = vector.map((value) => value * scale);
        const features = quantiseFeatures(sized);
        expect(requireFeatures(features)).toHaveLength(vector.length);
        const largest = Math.max(...sized.map(Math.abs));
        for (const [at, value] of sized.entries()) if (Math.abs(value) > largest / 1000) expect(Math.sign(features[at] ?? 0) * Math.sign(value)).not.toBe(-1);
      }),
    );
    expect(quantiseFeatures([3, -4])).toEqual([600_000, -800_000]);
    expect(quantiseFeatures([0, 0])).toEqual([0, 0]);
  });

  it("folds what is too long, and keeps likeness but for noise", () => {
    const wide = (seed: number): number[] => Array.from({ length: 3072 }, (_, at) => Number.parseInt(digest([seed, at]).slice(0, 6), 16) - 0x800000);
    const [one, other, third] = [wide(1), wide(2), wide(3)];
    const mixed = one.map((value, at) => value + 0.5 * (other[at] ?? 0));
    const unit = (vector: readonly number[]): number[] => {
      const length = Math.hypot(...vector);
      return vector.map((value) => (1e6 * value) / length);
    };
    const [a, b, c] = [one, mixed, third].map((vector) => quantiseFeatures(vector));
    expect([a?.length, b?.length]).toEqual([MAX_FEATURES, MAX_FEATURES]);
    expect(requireFeatures(a ?? [])).toBe(a);
    expect(cosine(a ?? [], b ?? [])).toBeCloseTo(cosine(unit(one), unit(mixed)), 1);
    expect(Math.abs(cosine(a ?? [], c ?? []))).toBeLessThan(0.15);
  });

  it("refuses what is no vector", () => {
    for (const vector of [[], [Number.NaN], [1, Number.POSITIVE_INFINITY], new Float64Array(MAX_VECTOR + 1), ["1"] as unknown as number[], [null] as unknown as number[]]) {
      expect(() => quantiseFeatures(vector)).toThrow(expect.objectContaining({ code: "InvalidField" }) as Error);
    }
  });
});

describe("projectFeatures", () => {
  it("gives a field of norm ½ in the high band, or zeros", () => {
    fc.assert(
      fc.property(numbers, (vector) => {
        const features = quantiseFeatures(vector);
        const field = projectFeatures(features);
        const { energyMicros, highConductivityMicros } = extractFieldState(field);
        if (field.every((part) => part === 0)) return;
        expect(Math.abs(energyMicros - 250_000)).toBeLessThan(10);
        expect(highConductivityMicros).toBe(1_000_000);
        expect(encodeVector(vector)).toEqual({ features, field });
      }),
      { numRuns: 50 },
    );
    expect(new Set(projectFeatures([0, 0, 0]))).toEqual(new Set([0]));
  });

  it("keeps angles but for noise", () => {
    const axis = (at: number, share = 0): number[] => Array.from({ length: 512 }, (_, index) => (index === at ? 1 : index === at + 1 ? share : 0));
    for (const at of [0, 100, 500]) {
      const score = (vector: number[]): number => computeIntentScore(prepareEncoding(encodeVector(axis(at)).field), prepareFields({ intent: encodeVector(vector).field, context: [] })) / 1e6;
      expect(score(axis(at))).toBeGreaterThan(0.999);
      expect(score(axis(at, 1))).toBeGreaterThan(0.3);
      expect(score(axis(at + 7))).toBeLessThan(0.1);
    }
  });

  it("is the same on every machine", () => {
    const vector = Array.from({ length: 384 }, (_, at) => ((at * 7919) % 1009) - 504);
    expect(digest([...encodeVector(vector).field]).slice(0, 16)).toBe(FIELD_DIGEST);
  });

  it("refuses what are no features", () => {
    for (const features of [[], [1], [0.5, 0.5], new Array<number>(1025).fill(0)]) expect(() => projectFeatures(features)).toThrow(expect.objectContaining({ code: "InvalidField" }) as Error);
  });
});
