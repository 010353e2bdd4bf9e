import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { divideBig, mulDiv, parseDecimal, quantise, roundHalfEven, toSafe, type Rounding } from "../src/index.ts";

const roundings = fc.constantFrom<Rounding>("down", "up", "zero", "half-even");
const outOfRange: unknown = expect.objectContaining({ code: "NumberOutOfRange" });

describe("mulDiv", () => {
  it.each<[number, number, number, Rounding, number]>([
    [7, 1_000_000, 3, "up", 2_333_334],
    [-7, 1, 2, "down", -4],
    [-7, 1, 2, "up", -3],
    [-7, 1, 2, "zero", -3],
    [5, 1, 2, "half-even", 2],
    [7, 1, 2, "half-even", 4],
    [-5, 1, 2, "half-even", -2],
    [0, -5, 3, "up", 0],
    [-1, 1, 2, "up", 0],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, "down", Number.MAX_SAFE_INTEGER],
  ])("%d·%d/%d %s = %d", (a, b, c, rounding, expected) => {
    expect(mulDiv(a, b, c, rounding)).toBe(expected);
  });

  it("agrees with exact arithmetic", () => {
    const numbers = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -50, max: 50 }));
    const divisors = fc.oneof(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.integer({ min: 1, max: 50 }));
    fc.assert(
      fc.property(numbers, numbers, divisors, roundings, (a, b, c, rounding) => {
        const exact = oracle(BigInt(a) * BigInt(b), BigInt(c), rounding);
        if (exact > BigInt(Number.MAX_SAFE_INTEGER) || exact < -BigInt(Number.MAX_SAFE_INTEGER)) {
          expect(() => mulDiv(a, b, c, rounding)).toThrow(outOfRange);
        } else {
          expect(mulDiv(a, b, c, rounding)).toBe(Number(exact));
        }
        expect(divideBig(BigInt(a) * BigInt(b), BigInt(c), rounding)).toBe(exact);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    [1.5, 1, 1],
    [1, Number.NaN, 1],
    [1, 1, 0],
    [1, 1, -1],
    [2 ** 53, 1, 1],
  ])("refuses %d·%d/%d", (a, b, c) => {
    expect(() => mulDiv(a, b, c, "down")).toThrow(outOfRange);
  });

  it("divideBig and toSafe refuse what they cannot give", () => {
    expect(() => divideBig(1n, 0n, "down")).toThrow(outOfRange);
    expect(() => toSafe(2n ** 53n)).toThrow(outOfRange);
    expect(toSafe(-(2n ** 53n) + 1n)).toBe(-Number.MAX_SAFE_INTEGER);
  });
});

describe("quantise and roundHalfEven", () => {
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, 0],
    [-1.5, -2],
    [-0.3, 0],
    [-0, 0],
    [2 ** 51 + 1.5, 2 ** 51 + 2],
  ])("rounds %d to %d", (value, expected) => {
    expect(roundHalfEven(value)).toBe(expected);
  });

  it("clamps, and refuses what is no number", () => {
    expect(quantise(0.1234565, 0, 1_000_000)).toBe(123_456);
    expect(quantise(1e300, 0, 1_000_000)).toBe(1_000_000);
    expect(quantise(-1e300, -7, 1_000_000)).toBe(-7);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => quantise(bad, 0, 1)).toThrow(outOfRange);
      expect(() => roundHalfEven(bad)).toThrow(outOfRange);
    }
  });

  it("never moves a number by more than half, nor to an odd tie", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
        const rounded = roundHalfEven(value);
        const distance = Math.abs(rounded - value);
        expect(Number.isSafeInteger(rounded) && !Object.is(rounded, -0)).toBe(true);
        expect(distance < 0.5 || (distance === 0.5 && rounded % 2 === 0)).toBe(true);
      }),
    );
  });
});

describe("parseDecimal", () => {
  it.each<[string | number, number, Rounding, number]>([
    ["0.0000001", 12, "up", 100_000],
    ["1.5", 0, "down", 1],
    ["-1.5", 0, "down", -2],
    ["-1.5", 0, "zero", -1],
    ["2.5", 0, "half-even", 2],
    ["0.95", 6, "down", 950_000],
    ["1e-6", 6, "down", 1],
    ["12e3", 0, "down", 12_000],
    ["-0", 6, "up", 0],
    ["007.50", 2, "down", 750],
    [0.1, 6, "down", 100_000],
    [1e-7, 12, "up", 100_000],
    [-0, 3, "down", 0],
    [123456789012345, 0, "down", 123_456_789_012_345],
  ])("%s with %d digits, %s, is %d", (source, digits, rounding, expected) => {
    expect(parseDecimal(source, digits, rounding)).toBe(expected);
  });

  it.each<string | number>([
    "", " 1", "1 ", "+1", ".5", "5.", "1e", "1E5", "1e+5", "0x10", "1_000", "NaN", "Infinity", "1,5", "１", "1e999", "1e41",
    "9".repeat(41), "9007199254740992", Number.NaN, Number.POSITIVE_INFINITY, 0.1 + 0.2, 1e21,
  ])("refuses %s", (source) => {
    expect(() => parseDecimal(source, 0, "down")).toThrow(outOfRange);
  });

  it("rounds the exact decimal", () => {
    const digits = fc.integer({ min: 0, max: 12 });
    const parts = fc.tuple(fc.boolean(), fc.nat(99_999), fc.stringMatching(/^\d{0,9}$/), fc.integer({ min: -9, max: 3 }));
    fc.assert(
      fc.property(parts, digits, roundings, ([negative, whole, fraction, exponent], places, rounding) => {
        const text = `${negative ? "-" : ""}${String(whole)}${fraction === "" ? "" : `.${fraction}`}e${String(exponent)}`;
        const units = BigInt(`${String(whole)}${fraction}`) * (negative ? -1n : 1n) * 10n ** BigInt(exponent + places + 9);
        const exact = oracle(units, 10n ** BigInt(fraction.length + 9), rounding);
        if (exact < 2n ** 53n && exact > -(2n ** 53n)) expect(parseDecimal(text, places, rounding)).toBe(Number(exact));
        else expect(() => parseDecimal(text, places, rounding)).toThrow(outOfRange);
      }),
      { numRuns: 500 },
    );
  });
});

/** n/d by search from the floor: every rounding named by its definition. */
function oracle(n: bigint, d: bigint, rounding: Rounding): bigint {
  let floor = n / d;
  while (floor * d > n) floor--;
  const ceiling = floor * d === n ? floor : floor + 1n;
  if (rounding === "down") return floor;
  if (rounding === "up") return ceiling;
  if (rounding === "zero") return n < 0n ? ceiling : floor;
  const toFloor = n - floor * d;
  const toCeiling = ceiling * d - n;
  if (toFloor !== toCeiling) return toFloor < toCeiling ? floor : ceiling;
  return floor % 2n === 0n ? floor : ceiling;
}
