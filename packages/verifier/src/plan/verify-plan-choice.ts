import type { Json } from "../json/json.ts";
import { Checks, messageOf, type Report } from "../report/report.ts";
import { checkPlanOutcome } from "./plan-outcome.ts";
import { planChoiceShape } from "./plan-shape.ts";

/**
 * Checks the choice of a plan by itself: of `steps` (`offers`, and per offer the digest that breaks its ties), a `tree` and `limits`, that the
 * `outcome` keeps the limits and that nothing comes before it, or that nothing keeps them (certificate §11). Where the offers come from is
 * `verifyBundle`'s. Never throws.
 */
export function verifyPlanChoice(choice: Json): Report {
  const checks = new Checks();
  checks.decisionVersion = "caio-plan/1";
  try {
    const read = checks.read("plan.form", planChoiceShape, choice);
    if (read !== undefined) {
      checkPlanOutcome(read, read.steps.map(({ ties }) => ties), checks);
      checks.finish("decision");
    }
  } catch (error) {
    checks.add("plan.readable", messageOf(error));
  }
  return checks.report("decision");
}
