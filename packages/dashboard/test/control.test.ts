import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { controlSteps } from "../src/control/control-steps.ts";
import { bandShareMicros, modeBars } from "../src/control/mode-bars.ts";

describe("modes of a field", () => {
  it("lie in the low band below an eighth, counted from both ends, with a guard of one mode a side", () => {
    const bands = modeBars(Array.from({ length: 64 }, () => 1)).map(({ band }) => band);
    expect(bands.flatMap((band, mode) => (band === "low" ? [mode] : []))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 57, 58, 59, 60, 61, 62, 63]);
    expect(bands.flatMap((band, mode) => (band === "guard" ? [mode] : []))).toEqual([8, 56]);
  });

  it("have heights from 0 to 1 in the order of their energies, and shares that add up", () => {
    fc.assert(fc.property(fc.array(fc.nat({ max: 10 ** 12 }), { minLength: 64, maxLength: 64 }), (energies) => {
      const bars = modeBars(energies);
      for (const { height } of bars) expect(height).toBeGreaterThanOrEqual(0);
      const highest = Math.max(...bars.map(({ height }) => height));
      expect(highest).toBe(energies.some((energy) => energy > 0) ? 1 : 0);
      const shares = (["low", "guard", "high"] as const).reduce((sum, band) => sum + bandShareMicros(bars, band), 0);
      expect(Math.abs(shares - (highest === 0 ? 0 : 1_000_000))).toBeLessThanOrEqual(2);
    }));
  });
});

describe("the steps of a conversation", () => {
  const steps = {
    at: [1, 2], decision: ["a", "b"], service: ["x", "y"], model: [null, "m"], kind: ["nudge" as const, "steer" as const],
    energy_micros: [5, 6], bound_micros: [7, 8], u_norm_micros: [1, 8], scaled: [false, true], amplitude_micros: [], rest_micros: [], power_micros: [],
  };

  it("come newest first", () => {
    expect(controlSteps({ steps }).map(({ decision, model, scaled }) => [decision, model, scaled])).toEqual([["b", "m", true], ["a", null, false]]);
  });

  it("are read as far as all columns go", () => {
    expect(controlSteps({ steps: { ...steps, bound_micros: [7] } }).map(({ decision }) => decision)).toEqual(["a"]);
  });
});
