import type { Field } from "@caio/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  energyBoundMicros,
  generateControlSignal,
  HashingEncoder,
  isWithinBound,
  prepareFields,
  samplesOf,
  waveEnergyMicros,
  type ControlInput,
  type ControlParameters,
} from "../src/index.ts";
import { anyField, fieldWithin, micros, singleBin } from "./arbitraries.ts";
import { energy, fieldValues, highPart, inner } from "./naive.ts";

const usual: ControlParameters = {
  exciteMicros: 200_000,
  dampMicros: 100_000,
  cMicros: 1_000_000,
  mMicros: 100_000,
  intervalMicros: 100_000,
  eMaxMicros: 1_000_000,
};

const anyParameters: fc.Arbitrary<ControlParameters> = fc.record({
  exciteMicros: fc.integer({ min: 0, max: 20_000_000 }),
  dampMicros: fc.integer({ min: 0, max: 20_000_000 }),
  cMicros: fc.integer({ min: 0, max: 3_000_000 }),
  mMicros: fc.integer({ min: 1, max: 2_000_000 }),
  intervalMicros: fc.integer({ min: 1, max: 3_000_000 }),
  eMaxMicros: fc.integer({ min: 0, max: 200_000_000 }),
});

const anyInput: fc.Arbitrary<ControlInput> = fc.record(
  { intent: anyField, intentRate: anyField, encoding: anyField, conservativeMicros: micros, parameters: anyParameters },
  { requiredKeys: ["intent", "encoding", "conservativeMicros", "parameters"] },
);

/** E in doubles, from the definition. */
function energyOfFields(intent: Field, rate: Field, { cMicros, mMicros }: ControlParameters): number {
  const psi = fieldValues(intent);
  const gradient = psi.map((value, n) => {
    const next = psi[(n + 1) % 64] ?? value;
    return { re: next.re - value.re, im: next.im - value.im };
  });
  const [c, m] = [cMicros / 1e6, mMicros / 1e6];
  return 0.5 * energy(fieldValues(rate)) + 0.5 * c * c * energy(gradient) + 0.5 * m * m * energy(psi);
}

describe("energy and bound", () => {
  it("round the energy up by less than a micro", () => {
    fc.assert(
      fc.property(anyField, fieldWithin(50_000_000), anyParameters, (intent, rate, parameters) => {
        const expected = energyOfFields(intent, rate, parameters) * 1e6;
        const actual = waveEnergyMicros(intent, rate, parameters);
        expect(actual).toBeGreaterThanOrEqual(expected * (1 - 1e-12));
        expect(actual).toBeLessThan(expected * (1 + 1e-12) + 1);
      }),
    );
  });

  it("are the same for small and large parts", () => {
    fc.assert(
      fc.property(anyField, (field) => {
        // A factor of 100 takes the parts past what doubles can add up.
        const large = field.map((part) => 100 * part);
        const small = waveEnergyMicros(field, field, usual);
        const scaled = waveEnergyMicros(large, large, usual);
        expect(scaled).toBeLessThanOrEqual(10_000 * small);
        expect(scaled).toBeGreaterThan(10_000 * (small - 1) - 1);
      }),
    );
  });

  it("round the bound down by less than a micro", () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e9 }), fc.nat({ max: 1e9 }), fc.integer({ min: 1, max: 1e7 }), (now, most, interval) => {
        const bound = energyBoundMicros(now, { eMaxMicros: most, intervalMicros: interval });
        const exact = (Math.SQRT2 * Math.max(0, Math.sqrt(most / 1e6) - Math.sqrt(now / 1e6)) * 1e12) / interval;
        expect(bound).toBeLessThanOrEqual(exact * (1 + 1e-9) + 1e-6);
        expect(bound).toBeGreaterThan(exact * (1 - 1e-9) - 1.01 - 1e6 / interval);
      }),
    );
  });

  it("leave nothing at the ceiling and above", () => {
    expect(energyBoundMicros(1_000_000, usual)).toBe(0);
    expect(energyBoundMicros(5_000_000, usual)).toBe(0);
    expect(energyBoundMicros(0, usual)).toBe(14_142_135);
    const vast = { eMaxMicros: Number.MAX_SAFE_INTEGER, intervalMicros: 1 };
    expect(energyBoundMicros(0, vast)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe("generateControlSignal", () => {
  it("never passes its bound, and says when it was scaled", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const signal = generateControlSignal(input);
        const rate = input.intentRate ?? input.intent;
        expect(isWithinBound(signal.u, signal.boundMicros)).toBe(true);
        expect(signal.energyBeforeMicros).toBe(waveEnergyMicros(input.intent, rate, input.parameters));
        expect(signal.boundMicros).toBe(energyBoundMicros(signal.energyBeforeMicros, input.parameters));
        expect(signal.kind).toBe(input.intentRate === undefined ? "nudge" : "steer");
        // What a decision has worked out already changes nothing.
        const { high } = prepareFields({ intent: input.intent, context: [] });
        expect(generateControlSignal({ ...input, highIntent: high })).toEqual(signal);
        expect(signal.u.some((part) => Object.is(part, -0))).toBe(false);
        expect(generateControlSignal(input)).toEqual(signal);
      }),
      { numRuns: 300 },
    );
  });

  it("is the law of the calculus, each part within a micro toward zero, where the bound does not bind", () => {
    fc.assert(
      fc.property(anyField, anyField, micros, (rate, encoding, conservativeMicros) => {
        const parameters = { ...usual, eMaxMicros: 1_000_000_000_000 };
        const signal = generateControlSignal({ intent: rate, intentRate: rate, encoding, conservativeMicros, parameters });
        expect(signal.scaled).toBe(false);
        const moving = highPart(fieldValues(rate));
        const chosen = highPart(fieldValues(encoding));
        const scale = energy(chosen);
        const product = inner(chosen, moving);
        const [re, im] = scale === 0 ? [0, 0] : [product.re / scale, product.im / scale];
        const damp = 0.1 * (1 + conservativeMicros / 1e6);
        moving.forEach((value, n) => {
          const h = chosen[n] ?? { re: 0, im: 0 };
          const mode = { re: h.re * re - h.im * im, im: h.re * im + h.im * re };
          expectTowardZero(signal.u[2 * n], 0.2 * mode.re - damp * (value.re - mode.re));
          expectTowardZero(signal.u[2 * n + 1], 0.2 * mode.im - damp * (value.im - mode.im));
        });
      }),
      { numRuns: 20 },
    );
  });

  it("gives power to the chosen mode and takes it from the rest", () => {
    fc.assert(
      fc.property(anyInput, anyField, (input, intentRate) => {
        const { u } = generateControlSignal({ ...input, intentRate });
        const moving = highPart(fieldValues(intentRate));
        const chosen = highPart(fieldValues(input.encoding));
        const scale = energy(chosen);
        const product = inner(chosen, moving);
        const [re, im] = scale === 0 ? [0, 0] : [product.re / scale, product.im / scale];
        const mode = chosen.map((h) => ({ re: h.re * re - h.im * im, im: h.re * im + h.im * re }));
        const rest = moving.map((value, n) => ({ re: value.re - (mode[n]?.re ?? 0), im: value.im - (mode[n]?.im ?? 0) }));
        const force = fieldValues(u);
        // Truncation moves each part of u by less than a micro.
        const slack = 1.2e-5;
        expect(inner(mode, force).re).toBeGreaterThanOrEqual(-slack * Math.sqrt(energy(mode)));
        expect(inner(rest, force).re).toBeLessThanOrEqual(slack * Math.sqrt(energy(rest)));
      }),
      { numRuns: 50 },
    );
  });

  it("only damps where the encoding has no high band, and is zero for a field at rest", () => {
    const zero: Field = new Array<number>(128).fill(0);
    const input = { intent: zero, encoding: zero, conservativeMicros: 0, parameters: usual };
    const rate = singleBin(20, 500_000);
    const { u } = generateControlSignal({ ...input, intentRate: rate });
    u.forEach((part, index) => {
      expect(Math.abs(part + 0.1 * (rate[index] ?? 0))).toBeLessThan(1.5);
    });
    expect(generateControlSignal({ ...input, intentRate: zero }).u).toEqual(zero);
  });

  it("is zero above the ceiling", () => {
    const signal = generateControlSignal({
      intent: singleBin(20, 5_000_000),
      encoding: singleBin(20, 500_000),
      conservativeMicros: 0,
      parameters: usual,
    });
    expect(signal).toMatchObject({ boundMicros: 0, scaled: true, kind: "nudge" });
    expect(signal.u.every((part) => part === 0)).toBe(true);
  });

  it("leaves room for control on encoded text under the default policy", () => {
    const encoder = new HashingEncoder();
    const signal = generateControlSignal({
      intent: encoder.encode("Which language is this text in?"),
      encoding: encoder.encode("Says which language a text is in."),
      conservativeMicros: 0,
      parameters: usual,
    });
    expect(signal.boundMicros).toBeGreaterThan(0);
    expect(samplesOf(signal.u).some((part) => part !== 0)).toBe(true);
  });

  it("refuses parameters and traits out of range", () => {
    const input = { intent: singleBin(20, 5), encoding: singleBin(20, 5), conservativeMicros: 0, parameters: usual };
    for (const wrong of [{ mMicros: 0 }, { intervalMicros: 0 }, { exciteMicros: -1 }, { eMaxMicros: 0.5 }, { cMicros: Number.NaN }]) {
      expect(() => generateControlSignal({ ...input, parameters: { ...usual, ...wrong } })).toThrow(
        expect.objectContaining({ code: "InvalidPolicy" }),
      );
    }
    expect(() => generateControlSignal({ ...input, conservativeMicros: 1_000_001 })).toThrow(
      expect.objectContaining({ code: "NumberOutOfRange" }),
    );
    expect(() => generateControlSignal({ ...input, intent: [] })).toThrow(expect.objectContaining({ code: "InvalidField" }));
  });
});

function expectTowardZero(part: number | undefined, exact: number): void {
  const micros = exact * 1e6;
  expect(Math.abs(part ?? Number.NaN)).toBeLessThanOrEqual(Math.abs(micros) + 1e-6);
  expect(Math.abs((part ?? Number.NaN) - micros)).toBeLessThan(1 + 1e-6);
}
