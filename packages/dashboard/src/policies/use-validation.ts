import { useEffect, useState } from "preact/hooks";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import { problemOf } from "../gateway/use-answer.ts";
import { draftProblems, validationReply, type RuleFinding } from "./policy-shapes.ts";

/** What is wrong in a draft, in words, with its place. */
export interface DraftProblem {
  readonly place: string;
  readonly words: string;
}

/** What is known of the draft as it stands. */
export interface Validation {
  readonly state: "checking" | "valid" | "invalid";
  readonly findings: readonly RuleFinding[];
  readonly problems: readonly DraftProblem[];
}

/** How long a hand rests before a draft is checked, milliseconds. */
const REST_MS = 400;

/** Checks a draft at the gateway, which keeps nothing of it. @param id - the policy that it has to be of */
export function useValidation(gateway: GatewayClient, id: string, draft: string): Validation {
  const [known, setKnown] = useState<Validation>({ state: "checking", findings: [], problems: [] });
  useEffect(() => {
    const ended = new AbortController();
    setKnown((before) => ({ ...before, state: "checking" }));
    const timer = setTimeout(() => {
      gateway.read("api/v1/policies/validate", validationReply, { method: "POST", body: draft, headers: { "content-type": "application/yaml" }, signal: ended.signal }).then(
        (answer) => { setKnown(answer.id === id ? { state: "valid", findings: answer.findings, problems: [] } : { state: "invalid", findings: [], problems: [{ place: "id", words: `found ${answer.id}, expected ${id}: a draft of this policy has its id` }] }); },
        (fault: unknown) => { if (!ended.signal.aborted) setKnown({ state: "invalid", findings: [], problems: problemsOf(fault) }); },
      );
    }, REST_MS);
    return () => { clearTimeout(timer); ended.abort(); };
  }, [gateway, id, draft]);
  return known;
}

function problemsOf(fault: unknown): readonly DraftProblem[] {
  const { message, details } = problemOf(fault);
  const read = draftProblems.safeParse(details);
  if (!read.success) return [{ place: "", words: message }];
  const word = (value: unknown): string => (typeof value === "string" ? value : value === undefined ? "nothing" : JSON.stringify(value));
  return read.data.problems.map(({ line, column, path, found, expected }) => ({ place: `line ${String(line)}, column ${String(column)}${path === "" ? "" : `, ${path}`}`, words: `found ${word(found)}, expected ${word(expected)}` }));
}
