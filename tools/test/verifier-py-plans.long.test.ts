import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { generateSigningKey, KeyRing } from "@caio/traceability";
import { describe, expect, it } from "vitest";

import { agreementOnChoices } from "../verifier-py/plans/agree-on-choices.ts";
import { agreementOnPlans } from "../verifier-py/plans/agree-on-plans.ts";
import { planBundle, planCases } from "../verifier-py/plans/plan-cases.ts";
import { allVerifiedByPython, withoutPython } from "./support/python-verifier.ts";

describe.skipIf(withoutPython())("verifier in Python on plans", { timeout: 240_000 }, () => {
  it("accepts the bundle of each kind of plan as the router wrote and signed it, and stands on the router's word for no more than each decision does", async () => {
    const place = mkdtempSync(join(tmpdir(), "caio-plans-py-"));
    const keys = KeyRing.of("caio.example/log", generateSigningKey());
    try {
      writeFileSync(join(place, "key.pub"), String(keys.verifiers[0]));
      const files: string[] = [];
      for (const made of planCases) {
        const { bundle, outcome } = await planBundle(made, keys);
        expect([made.seed, outcome]).toEqual([made.seed, made.outcome]);
        files.push(join(place, `plan-${String(made.seed)}.caio.json`));
        writeFileSync(files.at(-1) ?? "", bundle);
      }
      const reports = allVerifiedByPython(files, "--key", join(place, "key.pub"));
      expect(reports.map(({ valid, checks }) => [valid, ...checks.filter(({ verdict }) => verdict === "fail")])).toEqual(files.map(() => [true]));
      expect(reports.flatMap(({ checks }) => checks).filter(({ check, standing }) => standing !== "proved" && !check.startsWith("step."))).toEqual([]);
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  it("and the one in TypeScript say the same of random choices by themselves, and of lies about them", async () => {
    const { differences, claims, invalid } = await agreementOnChoices(1000, 400, { steps: 5, offers: 6 });
    expect(differences).toEqual([]);
    expect(Math.min(invalid, claims["chosen optimal"] ?? 0, claims["refused impossible"] ?? 0)).toBeGreaterThan(100);
  });

  it("and the one in TypeScript say the same of mutants that are logged and signed again, and fail the same check", async () => {
    const { differences, valid, invalid, failing } = await agreementOnPlans(11, 6);
    expect(differences).toEqual([]);
    expect(Math.min(valid, invalid)).toBeGreaterThan(15);
    for (const check of ["plan.first", "plan.form", "step.0"]) expect([check, failing[check] ?? 0]).not.toEqual([check, 0]);
  });
});
