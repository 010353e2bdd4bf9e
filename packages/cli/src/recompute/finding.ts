import type { Check, Report, Standing } from "@caio/verifier";

/** What recomputing says of one check that a bundle alone leaves attested or withheld. */
export interface Finding {
  /** The name of the check. */
  readonly check: string;
  readonly verdict: Check["verdict"];
  readonly standing: Standing;
  readonly detail: string;
}

/** Recomputed, and as the certificate says. */
export function proved(check: string, detail: string): Finding {
  return { check, verdict: "pass", standing: "proved", detail };
}

/** Recomputed, and not as the certificate says. */
export function refuted(check: string, detail: string): Finding {
  return { check, verdict: "fail", standing: "proved", detail };
}

/** Still the router's word; the detail says why. */
export function attested(check: string, detail: string): Finding {
  return { check, verdict: "pass", standing: "attested", detail };
}

const ORDER: readonly Standing[] = ["proved", "attested", "withheld"];

/**
 * A report with what recomputing found. A check that failed or was proved without it stays as it is, so nothing that was
 * recomputed can hide a failure; a finding about no check of the report is a check of its own.
 */
export function withFindings(report: Report, findings: readonly Finding[]): Report {
  const byName = new Map(findings.map((finding) => [finding.check, finding]));
  const known = new Set(report.checks.map(({ name }) => name));
  const settled = report.checks.map((check): Check => {
    const finding = byName.get(check.name);
    if (finding === undefined || check.verdict === "fail" || check.standing === "proved") return check;
    return asCheck(finding);
  });
  const checks = [...settled, ...findings.filter(({ check }) => !known.has(check)).map(asCheck)];
  const weakest = ORDER.findLast((standing) => checks.some((check) => check.standing === standing)) ?? "proved";
  return { ...report, checks, valid: report.valid && checks.every(({ verdict }) => verdict === "pass"), conclusion: weakest };
}

function asCheck({ check, verdict, standing, detail }: Finding): Check {
  return { name: check, verdict, standing, detail };
}
