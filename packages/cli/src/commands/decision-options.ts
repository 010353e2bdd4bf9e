import type { RoutingDecision } from "@caio/orchestrator";

import { exitCodes, type ExitCode } from "../exit-code.ts";
import type { DecisionFiles, DoorValues } from "../load/decide.ts";
import { testKeyOf } from "../system/decision-key.ts";
import type { Terminal } from "../terminal.ts";
import type { CommandContext, JsonOption } from "./command-context.ts";

/** What a decision is made from on the command line. */
export interface DecisionOptions extends DecisionFiles, JsonOption {
  /** Milliseconds; absent: the time of this machine. */
  readonly now?: number | undefined;
  /** Absent: a random key. */
  readonly testKey?: number | undefined;
}

/** Time and key of the options, or those of the door. */
export function doorValues({ now, testKey }: Pick<DecisionOptions, "now" | "testKey">, { door }: CommandContext): DoorValues {
  return {
    now: now ?? door.now(),
    decisionKey: testKey === undefined ? door.freshKey() : testKeyOf(testKey),
    testKey: testKey !== undefined,
  };
}

/** Says how a decision with a random key is repeated, and whatever else is to be known: beside a JSON output, or after the words. */
export function showNotes(notes: readonly string[], { now, testKey }: DoorValues, json: boolean, terminal: Terminal): void {
  const repeat = testKey ? [] : [`The key was random. For a decision that can be repeated to the byte: --now ${String(now)} --test-key 1`];
  const all = [...notes, ...repeat];
  if (all.length === 0) return;
  const text = all.map((note) => `${note}\n`).join("");
  if (json) terminal.writeError(text);
  else terminal.write(`\n${text}`);
}

/** How a command that decided ends. */
export function decisionCode({ kind }: Pick<RoutingDecision, "kind">): ExitCode {
  return kind === "chosen" ? exitCodes.ok : exitCodes.refused;
}
