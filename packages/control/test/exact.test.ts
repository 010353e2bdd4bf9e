import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import FFT from "fft.js";
import { describe, expect, it } from "vitest";

import { integerRootDown, integerRootUp } from "../src/exact/integer-root.ts";
import { cosines, sines } from "../src/exact/unit-circle.ts";
import { expExact, fft, inverseFft, lnExact, log10Exact } from "../src/index.ts";
import { anySamples } from "./arbitraries.ts";

describe("expExact", () => {
  it("agrees with the engine's to 15 digits", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 709, noNaN: true }), (x) => {
        expect(Math.abs(expExact(x) / Math.exp(x) - 1)).toBeLessThan(2e-15);
      }),
    );
  });

  it("never falls as x rises, where doubles can tell the difference", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(expExact(x + 1e-12 * (1 + Math.abs(x)))).toBeGreaterThanOrEqual(expExact(x));
      }),
    );
  });

  it("is 1 at 0, e at 1 and 0 far below, and an error where no double can hold it", () => {
    expect([expExact(0), expExact(-709), expExact(Number.NEGATIVE_INFINITY)]).toEqual([1, 0, 0]);
    expect(expExact(1)).toBeCloseTo(Math.E, 15);
    expect(() => expExact(709.5)).toThrow(expect.objectContaining({ code: "NumberOutOfRange" }));
    expect(() => expExact(Number.NaN)).toThrow(expect.objectContaining({ code: "NumberOutOfRange" }));
  });
});

describe("lnExact", () => {
  it("agrees with the engine's", () => {
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }), (x) => {
        const expected = Math.log(x);
        expect(Math.abs(lnExact(x) - expected)).toBeLessThanOrEqual(2e-15 * Math.max(1, Math.abs(expected)));
      }),
    );
  });

  it("knows powers of ten, and refuses what has no logarithm", () => {
    expect([log10Exact(1), log10Exact(10), log10Exact(1e-6)].map((value) => Math.round(value * 1e12) / 1e12)).toEqual([0, 1, -6]);
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => lnExact(bad)).toThrow(expect.objectContaining({ code: "NumberOutOfRange" }));
    }
  });
});

describe("unit circle", () => {
  it("agrees with the engine's sine and cosine to a bit or two in the first quarter", () => {
    for (let k = 0; k <= 16; k++) {
      expect(Math.abs((cosines[k] ?? 9) - Math.cos((2 * Math.PI * k) / 64))).toBeLessThan(2.3e-16);
      expect(Math.abs((sines[k] ?? 9) - Math.sin((2 * Math.PI * k) / 64))).toBeLessThan(2.3e-16);
    }
  });

  it("has the exact symmetries", () => {
    for (let k = 0; k < 32; k++) {
      expect(cosines[k + 32]).toBe(0 - (cosines[k] ?? 9));
      expect(sines[k + 32]).toBe(0 - (sines[k] ?? 9));
      expect(cosines[k]).toBe(sines[(k + 16) % 64]);
    }
  });
});

describe("fft", () => {
  it("agrees with fft.js", () => {
    const reference = new FFT(64);
    fc.assert(
      fc.property(anySamples, (samples) => {
        const expected = reference.createComplexArray();
        reference.transform(expected, Array.from(samples));
        const errors = fft(samples).map((value, index) => Math.abs(value - Number(expected[index]) / 8));
        expect(Math.max(...errors)).toBeLessThan(1e-11);
      }),
    );
  });

  it("keeps the norm (Parseval) to 1e-12", () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const before = samples.reduce((sum, value) => sum + value * value, 0);
        const after = fft(samples).reduce((sum, value) => sum + value * value, 0);
        expect(Math.abs(after - before)).toBeLessThanOrEqual(1e-12 * before);
      }),
    );
  });

  it("is undone by its inverse, and leaves its input alone", () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const copy = Float64Array.from(samples);
        const back = inverseFft(fft(samples));
        expect(samples).toEqual(copy);
        expect(Math.max(...back.map((value, index) => Math.abs(value - (samples[index] ?? 9))))).toBeLessThan(1e-12);
      }),
    );
  });
});

describe("integer roots", () => {
  it("bracket the root exactly", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (n) => {
        const down = integerRootDown(n);
        const up = integerRootUp(n);
        expect(down * down <= n && n < (down + 1n) * (down + 1n)).toBe(true);
        expect(up * up >= n && (up === 0n || (up - 1n) * (up - 1n) < n)).toBe(true);
      }),
    );
  });
});

it("the sources use + − × ÷ √ alone", () => {
  const root = join(import.meta.dirname, "../src");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const code = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    const banned = /\*\*|\bMath\.(?!(?:sqrt|abs|floor|ceil|trunc|min|max|imul|clz32)\b)\w+|\bDate\b|\bperformance\b|\bprocess\b/;
    expect(banned.exec(code)?.[0], file).toBeUndefined();
  }
});
