import type { Check, Report, Standing } from "@caio/verifier";

import { isUnreadable } from "../bundle/unreadable.ts";
import type { Style } from "./style.ts";
import { oneLine } from "./plain-text.ts";
import { tableText } from "./table.ts";

/** What the checks are about, by the first word of their names. */
const THEMES: readonly (readonly [theme: string, words: readonly string[]])[] = [
  ["signature and statement", ["bundle", "key", "envelope", "statement"]],
  ["form", ["certificate", "contracts", "encodings", "policies", "disclosed"]],
  ["request", ["request", "attested", "lineage"]],
  ["age of snapshots", ["staleness"]],
  ["policies", ["policy"]],
  ["completeness", ["completeness"]],
  ["history", ["history"]],
  ["verdicts", ["verdict", "residuals"]],
  ["scores", ["terms", "prefer", "score", "features"]],
  ["choice", ["choice", "outcome"]],
  ["security", ["security"]],
  ["promise and control", ["promise", "control", "proofs"]],
  ["decisions of a plan's steps", ["step"]],
  ["plan", ["plan"]],
  ["log", ["log"]],
  ["recomputation", ["recomputation"]],
];
/** What the router says against itself: it passes, and is shown all the same. */
const NOTICES = ["staleness.registry", "staleness.policy"];
/** No world file proves these: the caller's token, which pairs earlier attempts excluded, and what was not logged. */
const TOKEN = "attested.authentication";
const NO_FILE = new Set([TOKEN, ...NOTICES, "lineage.order", "log.registry", "log.policy", "log.history"]);
const ORDER: readonly Standing[] = ["proved", "attested", "withheld"];

/** A report as a table by theme, with every check that failed or could not be made; `full`: every check. */
export function reportText(report: Report, style: Style, full: boolean): string {
  const { checks } = report;
  const shown = full ? checks : checks.filter(({ name, verdict, standing }) => verdict === "fail" || standing === "withheld" || isNotice(name));
  return (
    tableText(["about", "checks", "verdict", "standing"], themeRows(checks, style), style) +
    (shown.length === 0 ? "" : `\n${tableText(["check", "verdict", "standing", "detail"], shown.map((check) => checkRow(check, style)), style)}`) +
    `\n${conclusionLine(report, style)}\n`
  );
}

/** What is still not proved, by name, and which file would help. */
export function restText({ checks, valid }: Report, given: { readonly world?: string | undefined; readonly token?: string | undefined }): string {
  if (!valid) return "";
  const rest = checks.filter(({ standing }) => standing !== "proved");
  const named = (standing: Standing): string => oneLine(rest.filter((check) => check.standing === standing).map(({ name }) => name).join(", "));
  const [word, withheld] = [named("attested"), named("withheld")];
  return [
    ...(word === "" ? [] : [`Still the router's word: ${word}.\n`]),
    ...(withheld === "" ? [] : [`Still withheld: ${withheld}.\n`]),
    ...(given.world === undefined && rest.some(({ name }) => !NO_FILE.has(name)) ? ["--world FILE recomputes features, control, identity and whatever is withheld.\n"] : []),
    ...(given.token === undefined && rest.some(({ name }) => name === TOKEN) ? ["--token FILE --jwks FILE checks the caller's token, where there was one.\n"] : []),
  ].join("");
}

function isNotice(name: string): boolean {
  return NOTICES.includes(name) || name.startsWith("log.witness.");
}

/** The conclusion in one line. */
function conclusionLine(report: Report, style: Style): string {
  const { checks, valid, conclusion, knownVersion, decisionVersion } = report;
  const failed = checks.filter(({ verdict }) => verdict === "fail");
  const [first] = failed;
  if (isUnreadable(report)) return style.yellow("Unusable: this is no bundle that can be read, so there is no decision to check.");
  if (first !== undefined) return style.red(`Invalid: ${String(failed.length)} of ${String(checks.length)} checks failed, first ${oneLine(first.name)}.`);
  if (!knownVersion) return style.yellow(`Unchecked: made by ${oneLine(decisionVersion ?? "an unknown version")}, which this verifier does not know. That is no sign of tampering.`);
  if (!valid) return style.red("Invalid.");
  return style.green(`Valid: all ${String(checks.length)} checks pass; as a whole ${conclusion}.`);
}

function themeRows(checks: readonly Check[], style: Style): string[][] {
  const known = THEMES.flatMap(([, words]) => words);
  const groups = [...THEMES.map(([theme, words]) => ({ theme, of: checks.filter(({ name }) => words.includes(firstWord(name))) })), { theme: "other", of: checks.filter(({ name }) => !known.includes(firstWord(name))) }];
  return groups.filter(({ of }) => of.length > 0).map(({ theme, of }) => {
    const failed = of.filter(({ verdict }) => verdict === "fail").length;
    const weakest = ORDER.findLast((standing) => of.some((check) => check.standing === standing)) ?? "proved";
    return [theme, String(of.length), failed === 0 ? style.green("pass") : style.red(`${String(failed)} failed`), weakest];
  });
}

function checkRow({ name, verdict, standing, detail }: Check, style: Style): string[] {
  return [oneLine(name), verdict === "pass" ? style.green("pass") : style.red("FAIL"), standing, oneLine(detail ?? "")];
}

function firstWord(name: string): string {
  return name.split(".", 1)[0] ?? "";
}
