import { exitCodes } from "../exit-code.ts";
import { readPlanWorld, type PlanFiles } from "../load/decide-plan.ts";
import { styleOf } from "../present/style.ts";
import { planText } from "../present/plan.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { provePlan } from "../proof/prove-plan.ts";
import type { ProofOptions } from "../proof/prove-decision.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";
import { doorValues, showNotes, type DecisionOptions } from "./decision-options.ts";

export type PlanOptions = PlanFiles & JsonOption & Pick<DecisionOptions, "now" | "testKey"> & Omit<ProofOptions, "world">;

/** `caio plan PLAN`: chooses the pairs of all steps at once and executes nothing; keeps a log and a bundle if asked to. */
export const plan: RunCommand<PlanOptions> = async (options, context) => {
  const { terminal, environment } = context;
  const json = options.json === true;
  const values = doorValues(options, context);
  const world = await readPlanWorld(options, values, environment);
  const { decision, notes } = await provePlan(world, options);
  const { certificate } = decision;
  terminal.write(json ? prettyJson(certificate) : planText(certificate, styleOf(terminal)));
  showNotes(notes, values, json, terminal);
  return certificate.outcome.kind === "chosen" ? exitCodes.ok : exitCodes.refused;
};
