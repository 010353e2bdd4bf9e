import type { RoutingDecision } from "@caio/orchestrator";

import { exitCodes, type ExitCode } from "../exit-code.ts";
import { decide, type DecisionFiles } from "../load/decide.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { testKeyOf } from "../system/decision-key.ts";
import type { CommandContext, JsonOption } from "./command-context.ts";

/** What `route` and `explain` are given. */
export interface DecisionOptions extends DecisionFiles, JsonOption {
  /** Milliseconds; absent: the time of this machine. */
  readonly now?: number | undefined;
  /** Absent: a random key. */
  readonly testKey?: number | undefined;
}

/** How a decision is shown: to people, and as the value that `--json` prints. */
export interface DecisionPresentation {
  readonly words: (decision: RoutingDecision) => string;
  readonly json: (decision: RoutingDecision) => object;
}

/** Decides and shows the decision. */
export async function decideAndShow(
  options: DecisionOptions,
  { terminal, door }: CommandContext,
  { words, json }: DecisionPresentation,
): Promise<ExitCode> {
  const now = options.now ?? door.now();
  const { testKey } = options;
  const decisionKey = testKey === undefined ? door.freshKey() : testKeyOf(testKey);
  const decision = await decide(options, { now, decisionKey, testKey: testKey !== undefined });
  terminal.write(options.json === true ? prettyJson(json(decision)) : words(decision));
  if (testKey === undefined) {
    const note = `The key was random. For a decision that can be repeated to the byte: --now ${String(now)} --test-key 1\n`;
    if (options.json === true) terminal.writeError(note);
    else terminal.write(`\n${note}`);
  }
  return decision.kind === "chosen" ? exitCodes.ok : exitCodes.refused;
}
