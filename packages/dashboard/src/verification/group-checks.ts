import type { Check } from "@caio/verifier";

/** The checks whose names begin with the same word. */
export interface CheckGroup {
  readonly name: string;
  /** What these checks are about; empty for a group that this page does not know. */
  readonly about: string;
  readonly failed: number;
  /** Failures first, otherwise in the report's order. */
  readonly checks: readonly Check[];
}

const ABOUT: ReadonlyMap<string, string> = new Map([
  ["bundle", "can it be read"],
  ["key", "the operator's key"],
  ["envelope", "who signed it"],
  ["statement", "what was signed"],
  ["certificate", "exact form of the certificate"],
  ["contracts", "the services' contracts"],
  ["encodings", "the services' encodings"],
  ["policies", "the policies' form"],
  ["disclosed", "opened fields of the request"],
  ["request", "the request"],
  ["policy", "the policies in force"],
  ["attested", "the router's signed word"],
  ["staleness", "decided on what was not confirmed for long"],
  ["lineage", "what was tried before"],
  ["completeness", "no service left out"],
  ["history", "what was known of each service"],
  ["verdict", "why each candidate was admitted or not"],
  ["residuals", "limits of each candidate"],
  ["terms", "terms of each score"],
  ["features", "features of each score"],
  ["prefer", "preferences of each candidate"],
  ["score", "score of each candidate"],
  ["proofs", "the six proof objects"],
  ["choice", "the choice"],
  ["outcome", "what comes with the choice"],
  ["security", "the five security predicates"],
  ["promise", "what is promised"],
  ["control", "the control signal"],
  ["log", "the signed log"],
]);

/** Groups by the part of the name before its first dot: groups with failures first, otherwise in the report's order. */
export function groupChecks(checks: readonly Check[]): readonly CheckGroup[] {
  const byName = new Map<string, Check[]>();
  for (const check of checks) {
    const [name = ""] = check.name.split(".", 1);
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [check]);
    else known.push(check);
  }
  const groups = [...byName].map(([name, own]) => ({
    name,
    about: ABOUT.get(name) ?? "",
    failed: own.filter(isFailure).length,
    checks: [...own.filter(isFailure), ...own.filter((check) => !isFailure(check))],
  }));
  return [...groups.filter(({ failed }) => failed > 0), ...groups.filter(({ failed }) => failed === 0)];
}

function isFailure({ verdict }: Check): boolean {
  return verdict === "fail";
}
