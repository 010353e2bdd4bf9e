import type { Field } from "@caio/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { generateControlSignal, ReferenceMaia, waveEnergyMicros, type ControlParameters } from "../src/index.ts";
import { anyField, micros, singleBin } from "./arbitraries.ts";

const anyWave = fc.record({
  cMicros: fc.integer({ min: 0, max: 3_000_000 }),
  mMicros: fc.integer({ min: 1, max: 2_000_000 }),
  intervalMicros: fc.integer({ min: 1000, max: 2_000_000 }),
});
const anyGains = fc.record({
  exciteMicros: fc.integer({ min: 0, max: 5_000_000 }),
  dampMicros: fc.integer({ min: 0, max: 5_000_000 }),
});

describe("ReferenceMaia without control", () => {
  it("never gains energy, whatever its parameters, step and state", () => {
    fc.assert(
      fc.property(
        anyField,
        anyField,
        anyWave,
        fc.integer({ min: 0, max: 2_000_000 }),
        fc.integer({ min: 1, max: 20 }),
        (field, rate, wave, dampingMicros, steps) => {
          const maia = new ReferenceMaia({ field, rate, ...wave, dampingMicros, steps });
          let before = maia.energy;
          for (let interval = 0; interval < 100; interval++) {
            maia.advance();
            // Rounding of doubles, nothing else.
            expect(maia.energy).toBeLessThanOrEqual(before * (1 + 1e-13));
            before = maia.energy;
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it("dissipates with damping, and keeps its energy without", () => {
    const state = { field: singleBin(20, 500_000), rate: singleBin(11, 300_000) };
    const damped = new ReferenceMaia({ ...state, dampingMicros: 200_000 });
    const free = new ReferenceMaia({ ...state, dampingMicros: 0 });
    const start = free.energy;
    for (let interval = 0; interval < 500; interval++) {
      damped.advance();
      free.advance();
    }
    expect(damped.energy).toBeLessThan(0.001 * start);
    expect(Math.abs(free.energy / start - 1)).toBeLessThan(1e-10);
  });

  it("swings at the frequency of the equation", () => {
    // Bin 32 with c = 1, m = 0.1: ω² = 4.01. After one period the field is where it was.
    const field = singleBin(32, 500_000);
    const period = (2 * Math.PI) / Math.sqrt(4.01);
    const maia = new ReferenceMaia({ field, dampingMicros: 0, intervalMicros: Math.round(period * 1e6), steps: 2000 });
    maia.advance();
    const off = Math.max(...maia.reading.field.map((part, index) => Math.abs(part - (field[index] ?? 0))));
    expect(off).toBeLessThan(50);
  });

  it("agrees with the exact energy of the fields", () => {
    fc.assert(
      fc.property(anyField, anyField, anyWave, (field, rate, wave) => {
        const maia = new ReferenceMaia({ field, rate, ...wave });
        expect(Math.abs(maia.energy * 1e6 - waveEnergyMicros(field, rate, wave))).toBeLessThan(1 + 1e-9 * maia.energy * 1e6);
      }),
    );
  });
});

describe("ReferenceMaia under the emitted u", () => {
  it("never passes E_max within the interval", () => {
    fc.assert(
      fc.property(
        fc.record({ field: anyField, rate: anyField, encoding: anyField, conservativeMicros: micros }),
        anyWave,
        anyGains,
        fc.double({ min: 1, max: 4, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        (input, wave, gains, room, steps) => {
          const { field, rate, encoding, conservativeMicros } = input;
          const eMaxMicros = Math.ceil(room * (waveEnergyMicros(field, rate, wave) + 1));
          const parameters: ControlParameters = { ...wave, ...gains, eMaxMicros };
          const signal = generateControlSignal({ intent: field, intentRate: rate, encoding, conservativeMicros, parameters });
          const maia = new ReferenceMaia({ field, rate, ...wave, dampingMicros: 0, steps });
          maia.advance(signal.u);
          expect(maia.energy * 1e6).toBeLessThanOrEqual(eMaxMicros * (1 + 1e-12));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("never passes E_max over many intervals, but for the rounding of the readings", async () => {
    await fc.assert(
      fc.asyncProperty(anyField, anyField, anyField, anyWave, anyGains, async (field, rate, encoding, wave, gains) => {
        const parameters = { ...wave, ...gains, eMaxMicros: waveEnergyMicros(field, rate, wave) + 1 };
        const maia = new ReferenceMaia({ field, rate, ...wave, dampingMicros: 0, steps: 2 });
        for (let interval = 0; interval < 40; interval++) {
          const reading = await maia.readIntent();
          const { field: intent, rate: intentRate = field } = reading;
          await maia.sendControl(generateControlSignal({ intent, intentRate, encoding, conservativeMicros: 0, parameters }));
          // A reading is off by at most 0.5·√128 = 5.7 micros in norm, times ω ≤ √(4·9 + 4) in the potential part: √E by 3e-5.
          expect(Math.sqrt(maia.energy)).toBeLessThanOrEqual(Math.sqrt(parameters.eMaxMicros / 1e6) + 3e-5);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("grows the chosen mode and lets the rest fall, against no control", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 9, max: 55 }),
        fc.array(fc.integer({ min: 9, max: 55 }), { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0, max: 6, noNaN: true }),
        (chosen, others, phase) => {
          const rest = others.filter((bin) => bin !== chosen);
          const field = sum([chosen, ...rest].map((bin) => singleBin(bin, 200_000, phase + bin)));
          const options = { field, rate: sum([chosen, ...rest].map((bin) => singleBin(bin, 200_000, bin - phase))) };
          const [steered, free] = [new ReferenceMaia(options), new ReferenceMaia(options)];
          const encoding = singleBin(chosen, 500_000, 1);
          for (let interval = 0; interval < 200; interval++) {
            const { field: intent, rate: intentRate } = steered.reading;
            const signal = generateControlSignal({ intent, intentRate, encoding, conservativeMicros: 500_000, parameters: roomy });
            expect(signal.scaled).toBe(false);
            steered.advance(signal.u);
            free.advance();
          }
          expect(steered.energyOfBin(chosen)).toBeGreaterThan(2 * free.energyOfBin(chosen));
          for (const bin of rest) expect(steered.energyOfBin(bin)).toBeLessThan(0.5 * free.energyOfBin(bin));
        },
      ),
      { numRuns: 12 },
    );
  });
});

it("refuses options out of range", () => {
  const field = singleBin(20, 5);
  for (const wrong of [{ mMicros: 0 }, { dampingMicros: -1 }, { steps: 0 }, { intervalMicros: 0.5 }]) {
    expect(() => new ReferenceMaia({ field, ...wrong })).toThrow(expect.objectContaining({ code: "NumberOutOfRange" }));
  }
});

const roomy: ControlParameters = {
  exciteMicros: 200_000,
  dampMicros: 100_000,
  cMicros: 1_000_000,
  mMicros: 100_000,
  intervalMicros: 100_000,
  eMaxMicros: 1_000_000_000,
};

function sum(fields: readonly Field[]): Field {
  return Array.from({ length: 128 }, (_, part) => fields.reduce((total, field) => total + (field[part] ?? 0), 0));
}
