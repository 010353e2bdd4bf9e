import { decisionSummary, groupChecks, verdictOf, verdictSentence } from "@caio/dashboard/verification";
import { verifyBundle, type Check, type Report } from "@caio/verifier";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { pictureWorld, publicKeyText, receiptOf, withPayload } from "./support/receipts.ts";

const check = (name: string, verdict: Check["verdict"] = "pass"): Check => ({ name, verdict, standing: "proved" });
const report = (checks: readonly Check[], change: Partial<Report> = {}): Report => {
  const valid = checks.every(({ verdict }) => verdict === "pass");
  return { valid, checks, conclusion: "proved", decisionVersion: "caio-route/1", knownVersion: true, ...change };
};

describe("the verdict of a report", () => {
  it("is invalid as soon as more is wrong than that nothing could be read", () => {
    expect(verdictOf(report([check("key.form")]))).toBe("valid");
    expect(verdictOf(report([check("key.form"), check("bundle.readable", "fail")]))).toBe("unusable");
    expect(verdictOf(report([check("key.form", "fail"), check("log.checkpoint", "fail")]))).toBe("unusable");
    expect(verdictOf(report([check("envelope.signature", "fail"), check("bundle.readable", "fail")]))).toBe("invalid");
  });

  it("is unusable, and no accusation, for a version that is not known", () => {
    const unknown = report([check("key.form")], { valid: false, knownVersion: false });
    expect([verdictOf(unknown), verdictSentence(unknown)]).toEqual(["unusable", expect.stringContaining("no sign of tampering")]);
    expect(verdictOf({ ...unknown, checks: [check("envelope.signature", "fail")] })).toBe("invalid");
  });

  it("never calls valid what the verifier does not", async () => {
    const bundle = await receiptOf(pictureWorld());
    for (const [text, verdict] of [[bundle, "valid"], ["{}", "unusable"], [withPayload(bundle, () => "{}"), "invalid"]] as const) {
      const found = await verifyBundle(text, { publicKey: publicKeyText });
      expect([text.slice(0, 40), verdictOf(found), found.valid]).toEqual([text.slice(0, 40), verdict, verdict === "valid"]);
    }
  });
});

it("groups hold every check once, failures first, otherwise in the report's order", () => {
  const names = fc.constantFrom("a.x", "a.y", "b.x", "b.y.z", "c", "c.x");
  fc.assert(
    fc.property(fc.array(fc.record({ name: names, verdict: fc.constantFrom("pass" as const, "fail" as const) })), (raw) => {
      const checks = raw.map(({ name, verdict }) => check(name, verdict));
      const groups = groupChecks(checks);
      expect(groups.map(({ failed }) => failed > 0)).toEqual(groups.map(({ failed }) => failed > 0).sort((a, b) => Number(b) - Number(a)));
      for (const { name, failed, checks: own } of groups) {
        const wanted = checks.filter((each) => each.name.split(".")[0] === name);
        expect(own).toEqual([...wanted.filter(({ verdict }) => verdict === "fail"), ...wanted.filter(({ verdict }) => verdict === "pass")]);
        expect(failed).toBe(wanted.filter(({ verdict }) => verdict === "fail").length);
      }
      expect(groups.flatMap((group) => group.checks)).toHaveLength(checks.length);
    }),
  );
});

describe("the summary of a decision", () => {
  it("never throws, and its texts are short and of one line", () => {
    const envelope = (payload: unknown): string => JSON.stringify({ payload: Buffer.from(JSON.stringify(payload)).toString("base64") });
    const certificate = fc.dictionary(fc.constantFrom("outcome", "now", "tenant", "decisionId", "verdicts", "testKey"), fc.jsonValue());
    fc.assert(
      fc.property(certificate, fc.jsonValue(), (raw, log) => {
        for (const { text } of decisionSummary(envelope({ predicate: { certificate: raw, log } }))) {
          expect(text.length).toBeLessThanOrEqual(500);
          expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
      }),
    );
    fc.assert(fc.property(fc.string(), fc.uint8Array(), (text, bytes) => {
      expect([decisionSummary(text), decisionSummary(bytes)]).toEqual([[], []]);
    }));
  });

  it("says what is outside of time as it stands", async () => {
    const late = withPayload(await receiptOf(pictureWorld()), (payload) => payload.replace('"now":1764000000000', '"now":9007199254740991'));
    expect(decisionSummary(late).find(({ label }) => label === "Decided")?.text).toBe("9007199254740991");
  });
});
