import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  bandOf,
  conductivity,
  extractFieldState,
  extractMemoryMetrics,
  fft,
  fieldOf,
  projectHigh,
  projectLow,
  samplesOf,
  type FieldState,
} from "../src/index.ts";
import { anyField, anySamples, singleBin } from "./arbitraries.ts";
import { complexOf, energy, fieldValues, highPart } from "./naive.ts";

describe("bands", () => {
  it("hold 15 low, 2 guard and 47 high bins", () => {
    const bands = Array.from({ length: 64 }, (_, bin) => bandOf(bin));
    expect(["low", "guard", "high"].map((band) => bands.filter((each) => each === band).length)).toEqual([15, 2, 47]);
    expect([bandOf(7), bandOf(8), bandOf(9), bandOf(55), bandOf(56), bandOf(57)]).toEqual(["low", "guard", "high", "high", "guard", "low"]);
  });

  it("are projections, orthogonal to each other", () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const high = projectHigh(samples);
        expect(largest(subtract(projectHigh(high), high))).toBeLessThan(1e-12);
        expect(largest(projectLow(high))).toBeLessThan(1e-12);
        expect(largest(fft(projectLow(samples)).subarray(2 * 8, 2 * 57))).toBeLessThan(1e-12);
      }),
    );
  });

  it("agree with a transform written out", () => {
    fc.assert(
      fc.property(anyField, (field) => {
        const expected = highPart(fieldValues(field));
        const actual = complexOf(Array.from(projectHigh(samplesOf(field))));
        const errors = expected.map((value, n) => Math.hypot(value.re - (actual[n]?.re ?? 9), value.im - (actual[n]?.im ?? 9)));
        expect(Math.max(...errors)).toBeLessThan(1e-12);
      }),
      { numRuns: 20 },
    );
  });

  it("leave exactly nothing of a constant field in the high band", () => {
    const constant = samplesOf(Array.from({ length: 128 }, (_, part) => (part % 2 === 0 ? 123_457 : -98_765)));
    expect(largest(projectHigh(constant))).toBe(0);
  });
});

describe("conductivity and field state", () => {
  it("split the norm among the bands", () => {
    fc.assert(
      fc.property(anyField, (field) => {
        const samples = samplesOf(field);
        const [low, high] = [conductivity(samples, "low"), conductivity(samples, "high")];
        expect(low * low + high * high).toBeLessThanOrEqual(1 + 1e-12);
        const state = extractFieldState(field);
        expect(Math.abs(state.highConductivityMicros - high * 1e6)).toBeLessThanOrEqual(0.5 + 1e-6);
        expect(Math.abs(state.lowConductivityMicros - low * 1e6)).toBeLessThanOrEqual(0.5 + 1e-6);
        expect(Math.abs(state.energyMicros - energy(fieldValues(field)) * 1e6)).toBeLessThanOrEqual(0.5 + 1e-6);
        expect(Math.abs(state.highEnergyMicros - energy(highPart(fieldValues(field))) * 1e6)).toBeLessThanOrEqual(0.5 + 1e-6);
      }),
      { numRuns: 20 },
    );
  });

  it("are 0 for the zero field, and whole for a single bin", () => {
    expect(extractFieldState(new Array<number>(128).fill(0))).toEqual({
      energyMicros: 0,
      highEnergyMicros: 0,
      lowConductivityMicros: 0,
      highConductivityMicros: 0,
    });
    expect(extractFieldState(singleBin(20, 500_000))).toMatchObject({ highConductivityMicros: 1_000_000 });
    expect(extractFieldState(singleBin(8, 500_000))).toSatisfy(
      // What rounding to micros spills into the other bins.
      ({ lowConductivityMicros, highConductivityMicros }: FieldState) => lowConductivityMicros < 10 && highConductivityMicros < 10,
    );
  });
});

describe("memory metrics", () => {
  it("find the shift, and say how sharply it stands out", () => {
    const impulse = new Array<number>(128).fill(0);
    impulse[0] = 1_000_000;
    const memory = new Array<number>(128).fill(0.001);
    memory[2 * 5] = 1;
    const metrics = extractMemoryMetrics(impulse, memory);
    expect(metrics.peakShift).toBe(5);
    const background = Math.sqrt(2) * 0.001;
    const expected = 20 * Math.log10(Math.hypot(1, 0.001) / background);
    expect(Math.abs(metrics.qMicroDecibel - expected * 1e6)).toBeLessThan(2);
  });

  it("report 0 where there is nothing to compare", () => {
    const zero = new Array<number>(128).fill(0);
    expect(extractMemoryMetrics(zero, zero)).toEqual({ qMicroDecibel: 0, peakShift: 0 });
  });

  it("refuse a memory that is none", () => {
    expect(() => extractMemoryMetrics(new Array<number>(128).fill(0), [1, 2])).toThrow(
      expect.objectContaining({ code: "InvalidHistory" }),
    );
  });
});

describe("fields", () => {
  it("survive the way to doubles and back", () => {
    fc.assert(
      fc.property(anyField, (field) => {
        expect(fieldOf(samplesOf(field))).toEqual(field);
      }),
    );
  });

  it("are refused with the place if they are none", () => {
    const bad = new Array<number>(128).fill(0);
    bad[7] = 0.5;
    expect(() => samplesOf(bad)).toThrow(/0\.5 at index 7/);
    expect(() => samplesOf([1])).toThrow(expect.objectContaining({ code: "InvalidField" }));
    expect(() => fieldOf(new Float64Array(128).fill(Number.NaN))).toThrow(expect.objectContaining({ code: "InvalidField" }));
  });
});

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, index) => value - (b[index] ?? 0));
}

function largest(a: Float64Array): number {
  return a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
