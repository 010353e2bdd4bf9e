import { describe, expect, it } from "vitest";

import { agreementOnChoices } from "../verifier-py/plans/agree-on-choices.ts";
import { agreementOnPlans } from "../verifier-py/plans/agree-on-plans.ts";
import { planCases } from "../verifier-py/plans/plan-cases.ts";
import { withoutPython } from "./support/python-verifier.ts";

/** A sample of what the long tests do. */
describe.skipIf(withoutPython())("both verifiers on plans", { timeout: 60_000 }, () => {
  it("accept plans, and say the same of mutants that are logged and signed again", async () => {
    const { differences, valid, invalid } = await agreementOnPlans(7, 2, planCases.slice(0, 3));
    expect(differences).toEqual([]);
    expect(valid).toBeGreaterThanOrEqual(3);
    expect(invalid).toBeGreaterThan(1);
  });

  it("say the same of random choices by themselves, with ties and silent pairs, and of lies about them", async () => {
    const { differences, claims, invalid } = await agreementOnChoices(1, 60, { steps: 4, offers: 5 });
    expect(differences).toEqual([]);
    expect(Math.min(invalid, claims["chosen optimal"] ?? 0, claims["refused impossible"] ?? 0)).toBeGreaterThan(15);
  });
});
