import type { Traits } from "@caio/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  confidentialityOf,
  encodeTraits,
  extractFieldState,
  filterByTraitConstraints,
  maturityOf,
  readTraits,
  riskOf,
  verifyTraitConstraints,
  violationRateOf,
  type TraitContract,
} from "../src/index.ts";
import { micros } from "./arbitraries.ts";

const anyTraits: fc.Arbitrary<Traits> = fc.record({
  conservativeMicros: micros,
  confidentialMicros: micros,
  riskMicros: micros,
});

const anyContract: fc.Arbitrary<TraitContract> = fc.record({
  version: fc.constantFrom("0.9.9", "1.0.0", "12.3.4-beta.1", "0.0.1", "10.0.0"),
  privacy: fc.record(
    {
      compliance: fc.constant([]),
      dataLocality: fc.constantFrom("on_device", "local", "private_cloud", "external"),
      encryption: fc.boolean(),
      encryptionType: fc.constantFrom("in_transit", "at_rest", "end_to_end"),
      dataRetention: fc.constantFrom("none", "session", "days:7", "indefinite"),
    },
    { requiredKeys: ["compliance"] },
  ),
  alignment: fc.record(
    { safetyLevel: fc.constantFrom("low", "medium", "high"), contentFiltering: fc.boolean(), biasMitigation: fc.boolean() },
    { requiredKeys: [] },
  ),
});

const anyCounts = fc
  .tuple(fc.nat({ max: 5000 }), fc.nat({ max: 5000 }))
  .map(([a, b]) => ({ outcomes: Math.max(a, b), violations: Math.min(a, b) }));

const silent: TraitContract = { version: "0.1.0", privacy: { compliance: [] }, alignment: {} };
const best: TraitContract = {
  version: "2.0.0",
  privacy: { compliance: [], dataLocality: "on_device", dataRetention: "none" },
  alignment: { safetyLevel: "high", contentFiltering: true, biasMitigation: true },
};
const none = { outcomes: 0, violations: 0 };

describe("trait field", () => {
  it("gives back every trait exactly", () => {
    fc.assert(
      fc.property(anyTraits, (traits) => {
        expect(readTraits(encodeTraits(traits))).toEqual(traits);
      }),
      { numRuns: 500 },
    );
  });

  it("gives back the corners and the smallest values", () => {
    const values = [0, 1, 2, 499_999, 500_000, 999_999, 1_000_000];
    for (const conservativeMicros of values) {
      for (const confidentialMicros of values) {
        for (const riskMicros of values) {
          const traits = { conservativeMicros, confidentialMicros, riskMicros };
          expect(readTraits(encodeTraits(traits))).toEqual(traits);
        }
      }
    }
  });

  it("lies in the low band", () => {
    const field = encodeTraits({ conservativeMicros: 200_000, confidentialMicros: 500_000, riskMicros: 700_000 });
    expect(extractFieldState(field)).toMatchObject({ lowConductivityMicros: 1_000_000 });
    expect(extractFieldState(field).highConductivityMicros).toBeLessThan(10);
  });

  it("reads amplitudes above 1 as 1, and refuses traits out of range", () => {
    const loud = encodeTraits({ conservativeMicros: 1_000_000, confidentialMicros: 0, riskMicros: 0 }).map((part) => 3 * part);
    expect(readTraits(loud).conservativeMicros).toBe(1_000_000);
    for (const bad of [-1, 1_000_001, 0.5, Number.NaN]) {
      expect(() => encodeTraits({ conservativeMicros: bad, confidentialMicros: 0, riskMicros: 0 })).toThrow(
        expect.objectContaining({ code: "NumberOutOfRange" }),
      );
    }
  });
});

describe("readings of a contract", () => {
  it("agree with the formulas in rational numbers", () => {
    fc.assert(
      fc.property(anyContract, anyCounts, (contract, counts) => {
        expect(maturityOf(contract, counts)).toBe(Number(expectedMaturity(contract, counts.outcomes)));
        const { outcomes, violations } = counts;
        const v = ceilDivide(1_000_000n * (BigInt(violations) + 1n), BigInt(outcomes) + 20n);
        const rate = v > 1_000_000n ? 1_000_000n : v;
        expect(violationRateOf(counts)).toBe(Number(rate));
        // In 10⁻¹³: care is in tenths of micros times micros.
        const care =
          4n * safety(contract) +
          (contract.alignment.contentFiltering === true ? 2_000_000n : 0n) +
          (contract.alignment.biasMitigation === true ? 1_000_000n : 0n) +
          3n * BigInt(confidentialityOf(contract));
        expect(riskOf(contract, counts)).toBe(Number(ceilDivide(10_000_000_000_000n - (1_000_000n - rate) * care, 10_000_000n)));
      }),
      { numRuns: 500 },
    );
  });

  it("are exact up to the largest counts", () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(violationRateOf({ outcomes: most, violations: most })).toBe(1_000_000);
    expect(violationRateOf({ outcomes: 0, violations: most })).toBe(1_000_000);
    expect(violationRateOf({ outcomes: most, violations: 0 })).toBe(1);
    expect(violationRateOf({ outcomes: most, violations: (most - 1) / 2 })).toBe(500_000);
    expect(riskOf(best, { outcomes: most, violations: most })).toBe(1_000_000);
  });

  it("count silence against the contract", () => {
    expect([maturityOf(silent, none), confidentialityOf(silent), violationRateOf(none)]).toEqual([0, 100_000, 50_000]);
    expect(riskOf(silent, none)).toBe(971_500);
    expect([maturityOf(best, { outcomes: 1000, violations: 0 }), confidentialityOf(best)]).toEqual([1_000_000, 1_000_000]);
    expect(riskOf(best, none)).toBe(50_000);
  });

  it("count end-to-end only where encryption is said, and clamp", () => {
    const privacy = { compliance: [], dataLocality: "external", encryptionType: "end_to_end", dataRetention: "session" } as const;
    expect(confidentialityOf({ ...silent, privacy })).toBe(200_000);
    expect(confidentialityOf({ ...silent, privacy: { ...privacy, encryption: true } })).toBe(500_000);
    expect(confidentialityOf({ ...silent, privacy: { ...privacy, encryption: true, dataLocality: "local" } })).toBe(1_000_000);
  });

  it("take the major version from the digits before the dot", () => {
    const released = (version: string) => maturityOf({ ...silent, version }, none) === 400_000;
    expect(["1.0.0", "10.2", "v3.0.0", "2026.1"].every(released)).toBe(true);
    expect(["0.9.9", "0", "", "beta", "00.1"].some(released)).toBe(false);
  });
});

describe("trait limits", () => {
  it("hold exactly when all three residuals are ≤ 0", () => {
    fc.assert(
      fc.property(anyContract, anyCounts, anyTraits, (contract, counts, traits) => {
        const verdict = verifyTraitConstraints({ contract, counts }, traits);
        expect(verdict.conservativeResidual).toBe(traits.conservativeMicros - maturityOf(contract, counts));
        expect(verdict.confidentialResidual).toBe(traits.confidentialMicros - confidentialityOf(contract));
        expect(verdict.riskResidual).toBe(riskOf(contract, counts) - traits.riskMicros);
        const residuals = [verdict.conservativeResidual, verdict.confidentialResidual, verdict.riskResidual];
        expect(verdict.satisfied).toBe(Math.max(...residuals) <= 0);
      }),
    );
  });

  it("demand nothing without traits", () => {
    fc.assert(
      fc.property(anyContract, anyCounts, (contract, counts) => {
        expect(verifyTraitConstraints({ contract, counts }).satisfied).toBe(true);
      }),
    );
  });

  it("filter keeps order and drops who falls short", () => {
    const traits = { conservativeMicros: 700_000, confidentialMicros: 900_000, riskMicros: 100_000 };
    const candidates = [best, silent, best].map((contract, id) => ({ id, contract, counts: none }));
    expect(filterByTraitConstraints(candidates, traits).map(({ id }) => id)).toEqual([0, 2]);
  });
});

function safety(contract: TraitContract): bigint {
  return { low: 0n, medium: 500_000n, high: 1_000_000n }[contract.alignment.safetyLevel ?? "low"];
}

function expectedMaturity(contract: TraitContract, outcomes: number): bigint {
  const major = Number(contract.version.split(".")[0]);
  const tenths = (major >= 1 ? 4_000_000n : 0n) + 4n * safety(contract) + 2n * 1000n * BigInt(Math.min(1000, outcomes));
  return tenths / 10n;
}

function ceilDivide(n: bigint, d: bigint): bigint {
  return (n + d - 1n) / d;
}
