/**
 * `tsx -C @caio/source tools/verifier-py/plans/agree-on-choices.ts --from 1 --choices 2000 --steps 5 --offers 6`: both verifiers on random
 * choices of plans by themselves and on lies about them. Exit 1 if they differ on one, in the verdict or in the check that fails first.
 */
import { parseArgs } from "node:util";

import { certifiedChoice, choosePlan } from "@caio/orchestrator";
import { canonical, verifyPlanChoice, type Json, type JsonObject } from "@caio/verifier";

import { Dice as ProblemDice } from "../../plans/dice.ts";
import { randomProblem, type ProblemSize } from "../../plans/random-problem.ts";
import { objectOf, textOf } from "../../verification/bundle-writer.ts";
import { applied, mutationsAt, placesOf } from "../../verification/mutate.ts";
import { Dice } from "../../worlds/random/dice.ts";
import { pythonChoiceVerifier } from "../python-verifier.ts";
import { saidBy, saidByPython, verdictOf } from "./first-failure.ts";
import { otherChoice, otherProof } from "./plan-lies.ts";

/** What both said of so many choices. */
export interface ChoiceAgreement {
  readonly valid: number;
  readonly invalid: number;
  /** Honest choices by what they claim. */
  readonly claims: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
}

/** Random choices as the router certifies them, and for each a lie in its proof, in what is selected, and anywhere in its outcome. */
export async function agreementOnChoices(from: number, count: number, size: ProblemSize): Promise<ChoiceAgreement> {
  const python = pythonChoiceVerifier();
  const [found, claims, differences] = [{ valid: 0, invalid: 0 }, {} as Record<string, number>, [] as string[]];
  try {
    for (let seed = from; seed < from + count; seed++) {
      const honest = certified(seed, size);
      const { kind, claim } = objectOf(honest["outcome"]);
      const claimed = `${textOf(kind)} ${textOf(claim)}`;
      claims[claimed] = (claims[claimed] ?? 0) + 1;
      for (const [at, choice] of [honest, ...lies(honest, new Dice(seed))].entries()) {
        const asked = python.ask(canonical(choice));
        const report = verifyPlanChoice(choice);
        const answer = await asked;
        if (saidBy(report) !== saidByPython(answer) || (at === 0 && !report.valid)) differences.push(`seed ${String(seed)}, choice ${String(at)}: ${saidBy(report)} / ${saidByPython(answer)} (${answer.why.slice(0, 200)})`);
        found[verdictOf(report) === "valid" ? "valid" : "invalid"]++;
      }
    }
  } finally {
    await python.close();
  }
  return { ...found, claims, differences };
}

function certified(seed: number, size: ProblemSize): JsonObject {
  const { tree, steps, limits } = randomProblem(size, new ProblemDice(seed));
  const outcome = certifiedChoice(choosePlan({ tree, steps, limits }), { tree, limits, offers: steps.map(({ offers }) => offers) });
  return JSON.parse(JSON.stringify({ tree, limits, steps, outcome })) as JsonObject;
}

function lies(choice: JsonObject, dice: Dice): readonly Json[] {
  const material = { certificate: choice };
  const outcome = choice["outcome"] ?? null;
  const places = placesOf(outcome);
  const path = dice.pick(places.get(dice.pick([...places.keys()])) ?? [[]]);
  const mutations = mutationsAt(choice, ["outcome", ...path]);
  const changed = mutations.length === 0 ? [] : [applied(choice, dice.pick(mutations))];
  const told = [otherProof(material, dice), otherChoice(material, dice)].flatMap((lie) => (lie === undefined ? [] : [lie.material["certificate"] ?? null]));
  return [...told, ...changed];
}

if (process.argv[1]?.endsWith("agree-on-choices.ts") === true) {
  const options = { from: { type: "string", default: "1" }, choices: { type: "string", default: "2000" }, steps: { type: "string", default: "5" }, offers: { type: "string", default: "6" } } as const;
  const { values } = parseArgs({ options });
  const { valid, invalid, claims, differences } = await agreementOnChoices(Number(values.from), Number(values.choices), { steps: Number(values.steps), offers: Number(values.offers) });
  console.log([...differences, ...Object.entries(claims).map(([claim, count]) => `${claim}: ${String(count)}`), `both valid ${String(valid)}, both invalid ${String(invalid)}, differing ${String(differences.length)}`].join("\n"));
  process.exitCode = differences.length === 0 ? 0 : 1;
}
