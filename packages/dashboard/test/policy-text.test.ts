import { describe, expect, it } from "vitest";

import { wirePolicy } from "../src/policies/policy-shapes.ts";
import { decimal, policyText } from "../src/policies/policy-text.ts";
import { diffLines } from "../src/policies/text-diff.ts";
import { microsOf, wantedKeyOf } from "../src/keys/key-forms.ts";

const policy = wirePolicy.parse({
  id: "house", currency: "USD", rates: { EUR: 1_080_000_000_000, JPY: 6_451_613_000 },
  weights: { intent: 300_000, attention: 0, rl: -1, resonance: 1_000_000, model: 500_000_000, cost: 100_000, risk: 50_000, latency: 50_000 },
  rl: { width_micros: 500_000 }, limits: { budget_micros: 20_000, latency_us: 799_999 }, safety: { forbidden: ["weapons"], needs_filtering: [] },
  privacy: { mode: "strict", sensitive: ["personal"], allowed_labels: { "mail-eu": ["personal"] } }, fallback: { max_attempts: 2, after_first_byte: "error" },
  retry: { max_attempts: 1, backoff_us: 100_500 }, exploration: { epsilon_ppm: 0, max_loss_micros: 50_000 }, independent: [["a", "b"]], monitor: { alpha_micros: 10_000, drift_run_length: 10_000 },
  control: { excite_micros: 200_000, damp_micros: 100_000, c_micros: 1_000_000, m_micros: 100_000, interval_micros: 100_000, e_max_micros: 1_000_000 },
  rules: [
    { id: "eu", priority: 100, when: '"personal" in request.labels', effect: { kind: "require", condition: '"eu" in service.privacy.regions' }, reason: 'It says "eu".' },
    { id: "like", priority: 0, effect: { kind: "prefer", condition: "true", amount_micros: -20_000 }, reason: "A taste." },
    { id: "ask", priority: -5, effect: { kind: "oblige", obligations: ["human_approval", "log"] }, reason: "A person looks." },
  ],
});

describe("a policy as text", () => {
  it("says every quantity exactly, in the unit of files", () => {
    const text = policyText(policy);
    expect(text).toContain('rates: { EUR: "1.08", JPY: "0.006451613" }');
    expect(text).toContain("weights:\n  intent: 0.3\n  attention: 0\n  rl: -0.000001\n  resonance: 1\n  model: 500\n");
    expect(text).toContain("limits: { budget: 0.02, latency_ms: 799.999 }");
    expect(text).toContain("allowed_labels: { mail-eu: [personal] }");
    expect(text).toContain('    when: "\\"personal\\" in request.labels"');
    expect(text).toContain('    prefer: { if: "true", amount: -0.02 }');
    expect(text).toContain("    oblige: [human_approval, log]");
  });

  it("refuses a policy with a member that it does not know, which would be lost", () => {
    expect(wirePolicy.safeParse({ ...policy, extra: 1 }).success).toBe(false);
  });

  it("writes decimals without an exponent", () => {
    expect([decimal(1, 12), decimal(-1, 6), decimal(0, 6), decimal(9_007_199_254_740_991, 12), decimal(100, 2)]).toEqual(["0.000000000001", "-0.000001", "0", "9007.199254740991", "1"]);
  });

  it("reads money of a form exactly, or not at all", () => {
    expect([microsOf("12.5"), microsOf(" 0.000001 "), microsOf(""), microsOf("1.0000001"), microsOf("-1"), microsOf("a")]).toEqual([12_500_000, 1, undefined, null, null, null]);
  });
});

describe("a key that a form asks for", () => {
  const asked = (trust: string): ReturnType<typeof wantedKeyOf> => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ subject: "desk", tenant: "acme", trust, permissions: "chat, mail" })) form.set(name, value);
    return wantedKeyOf(form);
  };

  it("has the trust that was written, and is not asked for with one that is none", () => {
    for (const [written, trust] of [["", 0], ["0", 0], ["10", 10]] as const) expect(asked(written)).toEqual({ value: { subject: "desk", tenant: "acme", trust, permissions: ["chat", "mail"] } });
    for (const written of ["2.5", "-1", "11", "much"]) expect([written, asked(written)]).toEqual([written, { problem: "Trust is a whole number from 0 to 10." }]);
  });
});

describe("a comparison of two texts", () => {
  it("holds both texts, and takes the longest common part for the same", () => {
    const [before, after] = ["a\nb\nc\nd", "a\nc\nx\nd\ne"];
    const lines = diffLines(before, after);
    expect(lines.filter(({ kind }) => kind !== "new").map(({ text }) => text).join("\n")).toBe(before);
    expect(lines.filter(({ kind }) => kind !== "gone").map(({ text }) => text).join("\n")).toBe(after);
    expect(lines.filter(({ kind }) => kind === "same").length).toBe(3);
    expect(diffLines(before, before).every(({ kind }) => kind === "same")).toBe(true);
  });
});
