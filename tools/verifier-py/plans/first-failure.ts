import type { Report } from "@caio/verifier";

import type { PythonAnswer, Verdict } from "../python-verifier.ts";

/** What the verifier in TypeScript says: its verdict, and the check that fails first. */
export function saidBy(report: Report): string {
  return `${verdictOf(report)} ${failureOf(report)}`;
}

/** What the one in Python says, in the same words. */
export function saidByPython({ verdict, why }: PythonAnswer): string {
  return `${verdict} ${partOf(why.replace(/^"/, ""))}`;
}

export function verdictOf({ valid, knownVersion, checks }: Report): Verdict {
  if (valid) return "valid";
  if (checks.some(({ verdict }) => verdict === "fail")) return "invalid";
  return knownVersion ? "not checked" : "unknown version";
}

/** The empty text if nothing fails. */
export function failureOf({ checks }: Report): string {
  return partOf(checks.find(({ verdict }) => verdict === "fail")?.name ?? "");
}

/** The check that fails; of a step's decision the step, since each verifier names the checks of decisions in its own way. */
function partOf(check: string): string {
  const name = check.split(":")[0] ?? "";
  return /^step\.\d+/.exec(name)?.[0] ?? name;
}
