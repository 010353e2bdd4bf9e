import { explainDecision } from "@caio/orchestrator";

import { explanationText } from "../present/decision.ts";
import { paletteOf } from "../present/palette.ts";
import type { RunCommand } from "./command-context.ts";
import { decideAndShow, type DecisionOptions } from "./decision-options.ts";

/** `caio explain REQUEST`: the decision of `route`, with everything that it says of itself. */
export const explain: RunCommand<DecisionOptions> = (options, context) =>
  decideAndShow(options, context, {
    words: (decision) => explanationText(decision, paletteOf(context.terminal)),
    json: explainDecision,
  });
