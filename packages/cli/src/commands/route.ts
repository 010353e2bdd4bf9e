import { readWorld } from "../load/decide.ts";
import { decisionText } from "../present/decision.ts";
import { styleOf } from "../present/style.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { proveDecision, type ProofOptions } from "../proof/prove-decision.ts";
import type { RunCommand } from "./command-context.ts";
import { decisionCode, doorValues, showNotes, type DecisionOptions } from "./decision-options.ts";

export type RouteOptions = DecisionOptions & ProofOptions;

/** `caio route REQUEST`: decides and executes nothing; keeps a log, a bundle and a world if asked to. */
export const route: RunCommand<RouteOptions> = async (options, context) => {
  const { terminal } = context;
  const json = options.json === true;
  const values = doorValues(options, context);
  const { decision, notes } = await proveDecision(await readWorld(options, values, context.environment), options);
  terminal.write(json ? prettyJson(decision) : decisionText(decision, styleOf(terminal)));
  showNotes(notes, values, json, terminal);
  return decisionCode(decision);
};
