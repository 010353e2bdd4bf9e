import type { PlanProblem } from "@caio/orchestrator";
import { verifyPlanChoice, type Json } from "@caio/verifier";

import { bestByBruteForce } from "../../plans/brute-force.ts";
import { planForgeries } from "../../plans/plan-forgeries.ts";
import { judgement } from "../engine/check.ts";
import { misreadsPlan, misstatesPlan, type PlanCheck, type PlanOutcome } from "./chosen-plan.ts";

/** INV-CAIO-OPT-0001 of a whole plan: of all plans that keep the limits none comes before the chosen one; where none is chosen, none does. */
export const noPlanPrecedes: PlanCheck = {
  name: "no-plan-precedes",
  judge: ({ problem, outcome }) => {
    const best = bestByBruteForce(problem);
    if (outcome.kind === "refused") return judgement(best === undefined, () => "a plan keeps the limits, and none was chosen");
    const names = best?.offers.map((offer, step) => problem.steps[step]?.offers[offer]?.service ?? "").join();
    const chosen = outcome.selected.map(({ service }) => service).join();
    return judgement(names === chosen && best?.score === outcome.score, () => `chosen is ${chosen}, the first is ${names ?? "none"}`);
  },
  faults: {
    "overlooks-the-best-pair": misreadsPlan((problem) => ({ ...problem, steps: problem.steps.map(({ offers, ties }) => ({ offers: offers.map((offer, at) => (at === 0 ? { ...offer, score: offer.score - 1_000_000_000_000 } : offer)), ties })) })),
    "breaks-ties-of-plans-by-place": misreadsPlan((problem) => ({ ...problem, steps: problem.steps.map(({ offers, ties }) => ({ offers, ties: [...ties].sort() })) })),
    "tightens-the-accuracy": misreadsPlan((problem) => {
      const { accuracyMicros } = problem.limits;
      return { ...problem, limits: { ...problem.limits, accuracyMicros: accuracyMicros === null ? null : Math.min(1_000_000, accuracyMicros + 20_000) } };
    }),
  },
};

/**
 * INV-CAIO-0003 of a whole plan: the independent verifier finds that the choice, or the refusal, follows from what is certified, and takes
 * no forgery of it for true.
 */
export const planProved: PlanCheck = {
  name: "plan-proved",
  judge: ({ problem, outcome }) => {
    const failed = verified(problem, outcome).checks.find(({ verdict }) => verdict === "fail");
    if (failed !== undefined) return { violation: `${failed.name}: ${failed.detail ?? ""}` };
    const forgeries = outcome.kind === "refused" ? [] : planForgeries(problem, outcome);
    const passed = forgeries.find((forgery) => verified(problem, forgery.outcome).valid);
    return judgement(passed === undefined, () => `the verifier takes for true what is forged: ${passed?.name ?? ""}`);
  },
  faults: {
    "certifies-another-sum": misstatesPlan((chosen) => ({ ...chosen, score: chosen.score + 1 })),
    "certifies-a-shorter-search": misstatesPlan((chosen) => ({ ...chosen, proof: { ...chosen.proof, tree: chosen.proof.tree?.slice(1) ?? null } })),
  },
};

/** As it comes out of a file. */
function verified({ tree, steps, limits }: PlanProblem, outcome: PlanOutcome): ReturnType<typeof verifyPlanChoice> {
  return verifyPlanChoice(JSON.parse(JSON.stringify({ tree, steps, limits, outcome })) as Json);
}
