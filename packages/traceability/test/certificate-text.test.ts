import { canonicalJson, isCaioError, sha256Hex, type Digest } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { sealCertificate, type Certificate, type CertifiedAdmission, type CertifiedVerdict } from "../src/index.ts";

const integer = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -3, max: 3 }), fc.constant(-0));
const model = fc.option(fc.string({ unit: "grapheme" }), { nil: null });
const limit = fc.record({ residual: integer, flag: fc.constantFrom("silent" as const, "currency" as const, null) });
const admission: fc.Arbitrary<CertifiedAdmission> = fc.record({
  service: fc.string({ unit: "grapheme" }),
  model,
  step: fc.constant(0 as const),
  prefer: integer,
  score: integer,
  terms: fc.record({ intent: integer, attention: integer, rl: integer, resonance: integer, model: integer, cost: integer, risk: integer, latency: integer }),
  residuals: fc.record({
    safety: fc.record({ forbidden: integer, harmful: integer, unsafe: integer }),
    policy: fc.record({ onDevice: integer, privacy: integer, compliance: integer }),
    traits: fc.record({ conservative: integer, confidential: integer, risk: integer }),
    budget: limit,
    latency: limit,
  }),
});
const rejection: fc.Arbitrary<CertifiedVerdict> = fc.record({ service: fc.string(), model, step: fc.constantFrom(1 as const, 2 as const), clause: fc.string() });
const ranked = fc.record({ service: fc.string({ unit: "grapheme" }), model, score: integer });

/** As much of a certificate as its text depends on in a form of its own. */
function certificate(verdicts: readonly CertifiedVerdict[], models: readonly { service: string; model: string | null; score: number }[]): Certificate {
  return { caioCertificate: 1, verdicts, outcome: { kind: "chosen", models } } as unknown as Certificate;
}

describe("a certificate's text", () => {
  it("is canonical JSON, of pairs too, and its digest that of the text", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(admission, rejection)), fc.array(ranked), (verdicts, models) => {
        const expected = canonicalJson(structuredClone(certificate(verdicts, models)));
        const sealed: { text: string; digest: Digest } = sealCertificate(certificate(verdicts, models));
        expect(sealed.text).toBe(expected);
        expect(sealed.digest).toBe(sha256Hex(expected));
      }),
      { numRuns: 500 },
    );
  });

  it.each([Number.NaN, 0.5, 2 ** 53, Number.POSITIVE_INFINITY])("refuses a verdict with %s", (score) => {
    for (const verdict of fc.sample(admission, 1)) expect(refusal(certificate([{ ...verdict, score }], []))).toBe("NotCanonical");
  });
});

function refusal(given: Certificate): string | undefined {
  try {
    sealCertificate(given);
    return undefined;
  } catch (error) {
    return isCaioError(error) ? error.code : String(error);
  }
}
