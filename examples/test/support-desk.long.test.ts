import { beforeAll, describe, expect, it } from "vitest";

import { personalTexts } from "../support-desk/tickets.ts";
import { runExample, type Ran } from "./support/run-example.ts";

let desk: Ran;
beforeAll(async () => {
  desk = await runExample("support-desk");
});

/** What it says of a ticket: who answered, and the reasons below. */
function ticket(id: string): string {
  return new RegExp(`^ {3}${id} .*\\n(?: {8}.*\\n)*`, "m").exec(desk.stdout)?.[0] ?? "";
}

describe("the support desk", () => {
  it.each(["T-1", "T-4", "T-6"])("sends what is nobody's to the cheapest: %s", (id) => {
    expect(ticket(id)).toContain("→ answers-far\n");
  });

  it.each([["T-2", "de invoice"], ["T-3", "sv login"], ["T-5", "pl login"]])("keeps what is personal in the EU, and says why: %s", (id, seen) => {
    expect(ticket(id)).toMatch(new RegExp(`${seen} +→ answers-eu\n`));
    expect(ticket(id)).toContain("not answers-far: step 2, rule:eu-personal: Personal data stays in the EU.");
  });

  it("refuses what only a service elsewhere could do, by the rule", () => {
    expect(desk.stdout).toContain("refused with 403 RuleViolation");
  });

  it("pays a refund once, after a person has said so", () => {
    expect(desk.stdout).toContain("first: 403 ApprovalRequired; refunds paid: 0");
    expect(desk.stdout).toContain("approved by a person: 200; the same approval once more: 403 ApprovalRequired; refunds paid: 1");
  });

  it("stops at the budget, and goes on where nothing is to be paid", () => {
    expect(desk.stdout).toContain("spent 0.012 of 0.013 EUR");
    expect(desk.stdout).toContain("T-2 again: 402 BudgetExceeded");
    expect(desk.stdout).toContain("(0.7 instead of 0.9): answers-house");
  });

  it("has receipts that verify and tell of nobody, also after what opens them was erased", () => {
    expect(desk.stdout).toContain("12 of 12 valid; 0 with anything personal in them");
    expect(desk.stdout).toMatch(/in everything that the gateway keeps, \d+ KiB: nothing personal\n/);
    const [, erased, withheld, before] = /openings erased: (\d+); the receipt of T-1 is still valid, with (\d+) checks withheld .* \((\d+) before\)/.exec(desk.stdout) ?? [];
    expect(Number(erased)).toBe(12);
    expect(Number(withheld)).toBeGreaterThan(Number(before));
  });

  it("says nothing personal itself, not even where something goes wrong", () => {
    for (const word of personalTexts) expect(desk.stdout + desk.stderr).not.toContain(word);
    expect(desk.stderr).toBe("");
  });
});
