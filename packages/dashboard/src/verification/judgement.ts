import type { Report, Standing } from "@caio/verifier";

/** `unusable`: there is no decision that could be checked, which says nothing against the router. */
export type Verdict = "valid" | "invalid" | "unusable";

/** If nothing but these fails, the input is no receipt, or no key, and so there is nothing to judge. */
const UNREADABLE: ReadonlySet<string> = new Set(["bundle.readable", "envelope.form", "envelope.payload"]);

/** One word for a report. */
export function verdictOf({ valid, checks }: Report): Verdict {
  if (valid) return "valid";
  const failed = checks.filter(({ verdict }) => verdict === "fail");
  if (failed.some(({ name }) => name === "key.form")) return "unusable";
  return failed.every(({ name }) => UNREADABLE.has(name)) ? "unusable" : "invalid";
}

/** What a verdict means, in a sentence. */
export function verdictSentence(report: Report): string {
  const failed = report.checks.filter(({ verdict }) => verdict === "fail").length;
  const verdict = verdictOf(report);
  if (verdict === "valid") return `All ${String(report.checks.length)} checks hold: the decision follows from what the router committed to.`;
  if (verdict === "invalid") return `${counted(failed, "check fails", "checks fail")}. Do not rely on what this receipt says.`;
  if (failed > 0) return report.checks.some(({ name, verdict: own }) => name === "key.form" && own === "fail")
    ? "The key is no Ed25519 public key, so nothing could be checked against it."
    : "This is no receipt that can be read, so there is no decision to check.";
  return "The receipt was made by a version of the decision function that this page does not know. That is no sign of tampering.";
}

const STANDINGS: Readonly<Record<Standing, string>> = {
  proved: "Every check was recomputed here from committed inputs; nothing rests on the router's word.",
  attested: "Some checks rest on the router's signed word, such as the features of a field or what a detector found; the rest was recomputed here.",
  withheld: "Some checks could not be made, because a part of the request was not disclosed or a version was not logged.",
};

/** What the standing of a conclusion means, in a sentence. */
export function standingSentence(standing: Standing): string {
  return STANDINGS[standing];
}

/** "1 check", "2 checks". */
export function counted(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
