import { certifiedChoice, choosePlan, type PlanChoice, type PlanProblem } from "@caio/orchestrator";
import { verifyPlanChoice, type Json } from "@caio/verifier";

import { bestByBruteForce } from "./brute-force.ts";
import { Dice } from "./dice.ts";
import { randomProblem, type ProblemSize } from "./random-problem.ts";

/** What was found over many problems. */
export interface ProblemCount {
  readonly problems: number;
  readonly chosen: number;
  readonly impossible: number;
  /** Of the chosen, those with more than one plan of the largest score are decided by ties. */
  readonly largestTree: number;
  /** In words, each with its seed. */
  readonly wrong: readonly string[];
}

/** Chooses random small plans, holds each choice against all there are, and has the verifier check its proof. */
export function checkProblems(count: number, seed: number, size: ProblemSize): ProblemCount {
  const wrong: string[] = [];
  let [chosen, impossible, largestTree] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    const problem = randomProblem(size, new Dice(seed + at));
    const choice = choosePlan(problem);
    if (choice.kind === "chosen") chosen += 1;
    else impossible += 1;
    largestTree = Math.max(largestTree, choice.proof?.tree?.length ?? 0);
    const problemFound = differenceFrom(choice, problem) ?? proofProblem(choice, problem);
    if (problemFound !== undefined) wrong.push(`seed ${String(seed + at)}: ${problemFound}`);
  }
  return { problems: count, chosen, impossible, largestTree, wrong };
}

function differenceFrom(choice: PlanChoice, problem: PlanProblem): string | undefined {
  const best = bestByBruteForce(problem);
  if (choice.kind === "none") return choice.claim === "impossible" && best === undefined ? undefined : `${choice.claim}, though a plan scores ${String(best?.score)}`;
  if (choice.claim !== "optimal") return "a small plan is not shown to be optimal";
  const found = choice.picks.map(({ offer }) => offer).join();
  return best?.offers.join() === found && best.score === choice.score ? undefined : `chose ${found}, the best is ${best?.offers.join() ?? "none"}`;
}

function proofProblem(choice: PlanChoice, { tree, steps, limits }: PlanProblem): string | undefined {
  const outcome = certifiedChoice(choice, { tree, limits, offers: steps.map(({ offers }) => offers) });
  // As it comes out of a file.
  const claim = JSON.parse(JSON.stringify({ tree, steps, limits, outcome })) as Json;
  const { valid, checks } = verifyPlanChoice(claim);
  return valid ? undefined : checks.filter(({ verdict }) => verdict === "fail").map(({ name, detail }) => `${name}: ${detail ?? ""}`).join("; ");
}
