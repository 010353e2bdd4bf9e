import type { VNode } from "preact";

import { Badge, type Tone } from "../parts/badge.tsx";
import type { RuleFinding } from "./policy-shapes.ts";
import type { Validation } from "./use-validation.ts";

const TONES: Readonly<Record<RuleFinding["severity"], Tone>> = { error: "bad", warning: "fair", info: "plain" };
const KINDS: Readonly<Record<string, string>> = { never_fires: "never fires", never_satisfied: "rejects everybody", contradiction: "conflict", undecided: "undecided", duplicate: "duplicate", empty_all: "empty list" };

/** Whether the draft can be read, what is wrong with it, and what its rules do to one another. */
export function DraftFindings({ validation: { state, findings, problems }, changed }: { readonly validation: Validation; readonly changed: number }): VNode {
  return (
    <div id="draft-state" role="status" class="findings">
      {state === "checking" ? <p class="waiting">Checking …</p> : undefined}
      {state === "valid" ? <p><Badge tone="good">valid</Badge> {changed === 0 ? "As it is in use." : findings.length === 0 ? "No conflict between its rules was found." : ""}</p> : undefined}
      {state === "invalid" ? <p><Badge tone="bad">cannot be saved</Badge></p> : undefined}
      {problems.length === 0 ? undefined : <ul>{problems.map(({ place, words }) => <li key={`${place} ${words}`}><strong>{place}</strong>{place === "" ? "" : ": "}<bdi>{words}</bdi></li>)}</ul>}
      {findings.length === 0 ? undefined : (
        <ul>
          {findings.map(({ kind, severity, rules, message }) => <li key={`${kind} ${rules.join(" ")}`}><Badge tone={TONES[severity]}>{KINDS[kind] ?? kind}</Badge> <code>{rules.join(", ")}</code>: <bdi>{message}</bdi></li>)}
        </ul>
      )}
    </div>
  );
}
