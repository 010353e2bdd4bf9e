import type { RefusalCode } from "@caio/core";

import { clauses, type Rejected } from "../decision.ts";

const LIMIT_CODES: Readonly<Record<(typeof clauses)[4][number], RefusalCode>> = {
  safety: "SafetyViolation",
  policy: "PolicyViolation",
  traits: "TraitViolation",
  budget: "BudgetExceeded",
  latency: "LatencyExceeded",
};

/** The code of a refusal: that of the deepest step any pair reached, and there of the earliest clause (calculus §1). */
export function refusalCode(fallen: readonly Rejected[]): RefusalCode {
  const deepest = Math.max(1, ...fallen.map(({ step }) => step));
  if (deepest === 1) return "NoMatchingService";
  if (deepest === 2) return "RuleViolation";
  if (deepest === 3) return "SecurityViolation";
  const broken = new Set<string>(fallen.filter(({ step }) => step === 4).map(({ clause }) => clause));
  const earliest = clauses[4].find((clause) => broken.has(clause)) ?? "safety";
  return LIMIT_CODES[earliest];
}
