import { beforeAll, describe, expect, it } from "vitest";

import { runExample, type Ran } from "./support/run-example.ts";

let ran: Ran;
beforeAll(async () => {
  ran = await runExample("team-extension");
});

describe("a team's extension", () => {
  it("has a property of its own decide who is called, and says so", () => {
    expect(ran.stdout).toContain("nothing demanded: summary-far\n");
    expect(ran.stdout).toContain("at most 0.1 g: summary-near\n      not summary-far: step 1, guarantees: promises carbon at most 0.4; asked is carbon at most 0.1.\n");
    expect(ran.stdout).toContain("at most 0.01 g: refused with 404\n");
  });

  it("has it compose by its own algebra over a plan", () => {
    expect(ran.stdout).toContain("the plan promises at most 0.11 g\n   composed again from the receipts of its steps: 0.11 g\n");
  });

  it("has a detector of its own bind a rule, and only where it finds something", () => {
    expect(ran.stdout).toContain("another number of eleven digits: summary-far\n");
    expect(ran.stdout).toContain("a code: summary-near\n      not summary-far: step 2, rule:codes-stay-here: Personal codes do not leave the house.\n");
  });

  it("has receipts that a verifier proves which knows of none of it", () => {
    expect(ran.stdout).toContain("4 of 4 valid\n");
    expect(ran.stdout).toContain("promises at most 0.05 g\n   that summary-far promises too much: proved\n   what is promised: proved\n");
    expect(ran.stderr).toBe("");
  });
});
