import { describe, expect, it } from "vitest";

import { requireOf } from "../src/decision/view/use-picture.ts";

const [own, other, plan] = ["a".repeat(64), "b".repeat(64), "c".repeat(64)];

describe("the receipt of a decision that was asked for", () => {
  it("is of that decision, of the plan asked for, or of a plan that it is a step of", () => {
    requireOf(own, { planId: undefined, pictures: [{ decisionId: own }] });
    requireOf(plan, { planId: plan, pictures: [{ decisionId: own }, { decisionId: other }] });
    requireOf(other, { planId: plan, pictures: [{ decisionId: own }, { decisionId: other }] });
  });

  it("is refused when it is of another, however well it holds", () => {
    expect(() => { requireOf(own, { planId: undefined, pictures: [{ decisionId: other }] }); }).toThrow("is another decision");
    expect(() => { requireOf(own, { planId: plan, pictures: [{ decisionId: other }] }); }).toThrow("is another decision");
  });

  it("is not known of what cannot be drawn, which says so itself", () => {
    requireOf(own, { planId: undefined, pictures: [] });
  });
});
