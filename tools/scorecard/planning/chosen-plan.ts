import { certifiedChoice, choosePlan, type PlanProblem } from "@caio/orchestrator";
import type { CertifiedPlanChoice, CertifiedPlanRefusal } from "@caio/traceability";

import { Dice } from "../../plans/dice.ts";
import { randomProblem } from "../../plans/random-problem.ts";
import type { Check } from "../engine/check.ts";
import type { Made, Seeds } from "../engine/check-group.ts";

/** Few enough that all plans can be looked at. */
const SIZE = { steps: 4, offers: 5 };

/** What a plan's certificate says of the choice. */
export type PlanOutcome = CertifiedPlanChoice | CertifiedPlanRefusal;

/** Chooses a plan and states what was chosen. */
export type Planner = (problem: PlanProblem) => PlanOutcome;

/** A planner broken on purpose, made from one that is not. */
export type PlanFault = (planner: Planner) => Planner;

/** A plan that was to be chosen, and what was. */
export interface ChosenPlan {
  readonly problem: PlanProblem;
  readonly outcome: PlanOutcome;
}

/** A property of plans. */
export type PlanCheck = Check<ChosenPlan, PlanFault>;

const soundPlanner: Planner = ({ tree, steps, limits }) =>
  certifiedChoice(choosePlan({ tree, steps, limits }), { tree, limits, offers: steps.map(({ offers }) => offers) });

/** Random plans with the pairs that each step admits, ties, silent pairs and limits that cannot be kept among them. */
export function* chosenPlans({ from, count }: Seeds, fault: PlanFault = (planner) => planner): Generator<Made<ChosenPlan>> {
  const planner = fault(soundPlanner);
  for (let seed = from; seed < from + count; seed++) {
    const problem = randomProblem(SIZE, new Dice(seed));
    yield { seed, one: { problem, outcome: planner(problem) } };
  }
}

/** A planner that reads the plan wrongly. */
export function misreadsPlan(change: (problem: PlanProblem) => PlanProblem): PlanFault {
  return (planner) => (problem) => planner(change(problem));
}

/** A planner whose statement is spoilt after the fact. Refusals pass unchanged. */
export function misstatesPlan(change: (chosen: CertifiedPlanChoice) => CertifiedPlanChoice): PlanFault {
  return (planner) => (problem) => {
    const outcome = planner(problem);
    return outcome.kind === "chosen" ? change(outcome) : outcome;
  };
}
