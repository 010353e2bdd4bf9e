import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  ControlIntegrator,
  generateControlSignal,
  HashingEncoder,
  powerOf,
  readMode,
  ReferenceMaia,
  waveEnergyMicros,
  type ControlParameters,
} from "../src/index.ts";
import { anyField, micros, singleBin } from "./arbitraries.ts";

const encoder = new HashingEncoder();
const anyWave = fc.record({
  cMicros: fc.integer({ min: 0, max: 2_000_000 }),
  mMicros: fc.integer({ min: 10_000, max: 1_000_000 }),
  intervalMicros: fc.integer({ min: 1000, max: 3_000_000 }),
});
const anyGains = fc.record({ exciteMicros: fc.integer({ min: 0, max: 3_000_000 }), dampMicros: fc.integer({ min: 0, max: 3_000_000 }) });
const anyFrame = fc.constantFrom("still" as const, "turning" as const);
const everySample = [...new Array(128).keys()];

describe("a turning frame", () => {
  it("changes no energy, and lets what was heard stand where nothing damps and nobody steers", async () => {
    await fc.assert(
      fc.asyncProperty(anyField, anyWave, fc.integer({ min: 1, max: 12 }), async (said, wave, steps) => {
        const maia = new ReferenceMaia({ ...wave, steps, dampingMicros: 0, frame: "turning", hearingMicros: Number.MAX_SAFE_INTEGER });
        await maia.hear(said);
        const energy = maia.energy;
        for (let interval = 0; interval < 30; interval++) maia.advance();
        const { field, rate } = maia.reading;
        expect(Math.max(...everySample.map((part) => Math.abs((field[part] ?? 0) - (said[part] ?? 0))))).toBeLessThanOrEqual(1);
        expect(Math.abs(maia.energy - energy)).toBeLessThanOrEqual(1e-12 * energy);
        // As read, the exact energy of the integers is that of the waves, but for the rounding of 256 samples.
        expect(Math.abs(waveEnergyMicros(field, rate, wave) - energy * 1e6)).toBeLessThan(2 + 40 * Math.sqrt(energy + 1e-6));
      }),
      { numRuns: 40 },
    );
  });

  it("is the still one for sizes: with the same heard and no control, the energies of all bins agree", async () => {
    const [still, turning] = [new ReferenceMaia(), new ReferenceMaia({ frame: "turning" })];
    for (const maia of [still, turning]) {
      await maia.hear(encoder.encode("find a train"));
      for (let interval = 0; interval < 50; interval++) maia.advance();
    }
    for (let bin = 0; bin < 64; bin++) expect(Math.abs(still.energyOfBin(bin) - turning.energyOfBin(bin))).toBeLessThan(1e-12);
    expect(still.reading.field).not.toEqual(turning.reading.field);
  });
});

describe("hearing", () => {
  it("adds what is said, and leaves at most the energy set, whatever was there", async () => {
    await fc.assert(
      fc.asyncProperty(anyField, anyField, anyField, anyWave, anyFrame, micros, async (field, rate, said, wave, frame, hearingMicros) => {
        const maia = new ReferenceMaia({ field, rate, ...wave, frame, hearingMicros });
        for (let count = 0; count < 3; count++) {
          await maia.hear(said);
          expect(maia.energy * 1e6).toBeLessThanOrEqual(hearingMicros * (1 + 1e-12));
          maia.advance();
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is as loud as it may be, whatever is rounded, where nothing was there before", async () => {
    for (let at = 0; at < 200; at++) {
      const hearingMicros = 100_000 + 997 * at;
      const maia = new ReferenceMaia({ hearingMicros });
      await maia.hear(singleBin(20, 700_000 + 1009 * at));
      expect([at, Math.abs(maia.energy * 1e6 - hearingMicros) < 1e-6]).toEqual([at, true]);
    }
  });

  it("hears the newest whole and lets the old fade for it, where both do not fit", async () => {
    const [old, fresh] = [singleBin(20, 500_000), singleBin(40, 400_000)];
    const parameters = { cMicros: 1_000_000, mMicros: 100_000 };
    // ω² of bin 20 is 2 − 2cos(2π·20/64) + m² = 2.775, of bin 40 3.424: energies 0.69 and 0.55 do not fit below 1.
    const maia = new ReferenceMaia({ frame: "turning", ...parameters, hearingMicros: 1_000_000 });
    await maia.hear(old);
    await maia.hear(fresh);
    expect(readMode(maia.reading, fresh).amplitude).toBeCloseTo(0.4, 4);
    const faded = readMode(maia.reading, old).amplitude;
    expect(faded).toBeGreaterThan(0.05);
    expect(faded).toBeLessThan(0.25);
  });

  it("is told what a request says, once, and not what was read before", async () => {
    const document = { intent: { text: "find a train", categories: [] }, context: [] };
    const heard: number[] = [];
    const integrator = new ControlIntegrator({
      encoder,
      maia: {
        hear: (said) => (heard.push(said.length), Promise.resolve()),
        readIntent: () => Promise.resolve({ field: encoder.encode("of MAIA") }),
        sendControl: () => Promise.resolve(),
      },
    });
    const fields = await integrator.readFields(document);
    expect(fields.intent).toEqual(encoder.encode("of MAIA"));
    await integrator.readFields(document, { again: true });
    await integrator.readFields({ intent: { categories: [] }, context: [] });
    expect(heard).toEqual([128]);
  });
});

describe("u in a closed loop", () => {
  it("has the power of the calculus: it excites the chosen mode and damps the rest, more for the conservative", () => {
    fc.assert(
      fc.property(anyField, anyField, anyField, anyWave, anyGains, micros, (field, rate, encoding, wave, gains, t) => {
        const parameters: ControlParameters = { ...wave, ...gains, eMaxMicros: 1_000_000_000_000 };
        const power = (conservativeMicros: number): number => {
          const signal = generateControlSignal({ intent: field, intentRate: rate, encoding, conservativeMicros, parameters });
          fc.pre(!signal.scaled);
          return powerOf(signal.u, rate);
        };
        const { moving, restMoving } = readMode({ field, rate }, encoding);
        const expected = (gains.exciteMicros * moving - gains.dampMicros * (1 + t / 1e6) * restMoving) / 1e6;
        // u is truncated to micros: by Cauchy and Schwarz the power is off by at most √128 micros · ‖Ψ̇‖.
        const slack = 12e-6 * Math.sqrt(rate.reduce((sum, part) => sum + (part / 1e6) ** 2, 0)) + 1e-9;
        expect(Math.abs(power(t) - expected)).toBeLessThanOrEqual(slack);
        expect(power(t)).toBeLessThanOrEqual(power(0) + 2 * slack);
      }),
      { numRuns: 150 },
    );
  });

  it("never passes E_max over an interval, in either frame, for any u within the bound", () => {
    fc.assert(
      fc.property(
        ...[anyField, anyField, anyField, anyWave, anyGains, micros, anyFrame, fc.double({ min: 1, max: 4, noNaN: true }), fc.integer({ min: 0, max: 500_000 })] as const,
        (field, rate, encoding, wave, gains, conservativeMicros, frame, room, dampingMicros) => {
          const eMaxMicros = Math.ceil(room * (waveEnergyMicros(field, rate, wave) + 1));
          const maia = new ReferenceMaia({ field, rate, ...wave, frame, dampingMicros });
          maia.advance(generateControlSignal({ intent: field, intentRate: rate, encoding, conservativeMicros, parameters: { ...wave, ...gains, eMaxMicros } }).u);
          expect(maia.energy * 1e6).toBeLessThanOrEqual(eMaxMicros * (1 + 1e-12));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("u = 0 never grows, in a turning frame too", () => {
    fc.assert(
      fc.property(anyField, anyField, anyWave, fc.integer({ min: 0, max: 2_000_000 }), (field, rate, wave, dampingMicros) => {
        const maia = new ReferenceMaia({ field, rate, ...wave, dampingMicros, frame: "turning" });
        for (let before = maia.energy, interval = 0; interval < 50; interval++) {
          maia.advance();
          expect(maia.energy).toBeLessThanOrEqual(before * (1 + 1e-13));
          before = maia.energy;
        }
      }),
      { numRuns: 30 },
    );
  });

  it("over an interval: the chosen mode gains on open loop, the rest loses, and more so for the conservative", async () => {
    const loop = async (conservativeMicros: number | undefined, seconds: number): Promise<{ mode: number; rest: number }> => {
      const maia = new ReferenceMaia({ frame: "turning", intervalMicros: 500_000, hearingMicros: 2_000_000 });
      await maia.hear(encoder.encode("find a train to Lyon, and say how the weather will be there"));
      const encoding = encoder.encode("finds a train connection");
      for (let interval = 0; interval < 2 * seconds; interval++) {
        const { field: intent, rate: intentRate } = maia.reading;
        const parameters = { exciteMicros: 400_000, dampMicros: 200_000, cMicros: 1_000_000, mMicros: 100_000, intervalMicros: 500_000, eMaxMicros: 100_000_000 };
        if (conservativeMicros === undefined) maia.advance();
        else maia.advance(generateControlSignal({ intent, intentRate, encoding, conservativeMicros, parameters }).u);
      }
      const { amplitude, rest } = readMode(maia.reading, encoding);
      return { mode: amplitude, rest };
    };
    const [open, bold, careful] = [await loop(undefined, 3), await loop(0, 3), await loop(1_000_000, 3)];
    expect(bold.mode).toBeGreaterThan(1.3 * open.mode);
    expect(bold.rest).toBeLessThan(0.8 * open.rest);
    expect(careful.rest).toBeLessThan(0.9 * bold.rest);
  });
});
