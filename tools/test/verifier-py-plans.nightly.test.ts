import { describe, expect, it } from "vitest";

import { agreementOnChoices } from "../verifier-py/plans/agree-on-choices.ts";
import { agreementOnPlans } from "../verifier-py/plans/agree-on-plans.ts";
import { withoutPython } from "./support/python-verifier.ts";

describe.skipIf(withoutPython())("both verifiers on plans", () => {
  it("say the same of 20 000 random choices by themselves, and of lies about them", async () => {
    expect((await agreementOnChoices(100_000, 20_000, { steps: 5, offers: 6 })).differences).toEqual([]);
  });

  it("say the same of 200 choices of large plans, most of them undecided or far from easy", async () => {
    expect((await agreementOnChoices(200_000, 200, { steps: 12, offers: 16 })).differences).toEqual([]);
  });

  it("say the same of 9 000 mutants from seed 1000, and fail the same check", async () => {
    for (let from = 1000; from < 1010; from++) expect((await agreementOnPlans(from, 100)).differences).toEqual([]);
  });
});
