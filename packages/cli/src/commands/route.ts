import { decisionText } from "../present/decision.ts";
import { paletteOf } from "../present/palette.ts";
import type { RunCommand } from "./command-context.ts";
import { decideAndShow, type DecisionOptions } from "./decision-options.ts";

/** `caio route REQUEST`: decides, executes nothing, logs nothing. */
export const route: RunCommand<DecisionOptions> = (options, context) =>
  decideAndShow(options, context, {
    words: (decision) => decisionText(decision, paletteOf(context.terminal)),
    json: (decision) => decision,
  });
