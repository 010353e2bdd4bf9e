import { refuseIssue } from "@caio/contracts";
import { z } from "zod";

import { readCondition } from "../cel/condition.ts";
import type { ConditionScope } from "../cel/schema.ts";

const SHOWN = 24;

/** A condition as text, read and checked; each thing wrong with it is a problem of its own. */
export function conditionText(scope: ConditionScope): z.ZodType<string, string> {
  return z.string().superRefine((source, context) => {
    const reading = readCondition(source, scope);
    if (reading.ok) return;
    for (const issue of reading.issues) {
      const meant = issue.suggestion === undefined ? "" : ` Did you mean "${issue.suggestion}"?`;
      refuseIssue(context, {
        found: `${JSON.stringify(source.slice(issue.offset, issue.offset + SHOWN))} at character ${String(issue.offset + 1)} of the condition`,
        expected: `the CEL profile of rules: ${issue.message}${meant}`,
      });
    }
  });
}
