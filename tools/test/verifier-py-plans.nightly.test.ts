import { describe, expect, it } from "vitest";

import { agreementOnPlans } from "../verifier-py/plans/agree-on-plans.ts";
import { withoutPython } from "./support/python-verifier.ts";

describe.skipIf(withoutPython())("both verifiers on plans", () => {
  it("say the same of 9 000 mutants from seed 1000, and fail the same check", async () => {
    for (let from = 1000; from < 1010; from++) expect((await agreementOnPlans(from, 100)).differences).toEqual([]);
  });
});
