import { explainDecision, rejectionReason, type ChosenDecision, type Explainable, type Explanation, type Rejected, type RoutingDecision, type Verdict } from "@caio/orchestrator";

import type { Style } from "./style.ts";
import { oneLine } from "./plain-text.ts";
import { tableText } from "./table.ts";

const MICROS = 1_000_000;

/** A decision as `route` shows it: headline, why, every candidate with its verdict, limits and promise. */
export function decisionText(decision: RoutingDecision, style: Style): string {
  const explanation = explainDecision(decision);
  const { why, limits, promise } = explanation;
  return (
    headline(decision, explanation, style) +
    section("Why", why, style) +
    `\n${style.bold("Candidates")}\n${candidatesTable(decision, style)}` +
    section("Limits", limits, style) +
    section("Promise", promise, style) +
    `\n${style.dim(`decision ${decision.decisionId}\ncertificate ${decision.certificateDigest}`)}\n`
  );
}

/** Everything that a decision says of itself, in words; `alternatives`: what would have changed it. */
export function explanationText(decision: Explainable, style: Style, alternatives: readonly string[] = []): string {
  const explanation = explainDecision(decision);
  const { why, rejected, limits, promise, control, fields } = explanation;
  return (
    headline(decision, explanation, style) +
    section("Why", why, style) +
    section("Who fell, and where", rejected, style) +
    section("What would have changed it", alternatives, style) +
    section("Limits", limits, style) +
    section("Promise", promise, style) +
    section("Control", control, style) +
    section("Fields", fields, style)
  );
}

function headline(decision: Explainable, { headline: words }: Explanation, style: Style): string {
  const colour = decision.kind === "chosen" ? style.green : style.red;
  return `${colour(style.bold(oneLine(words)))}\n`;
}

function section(title: string, lines: readonly string[], style: Style): string {
  if (lines.length === 0) return "";
  return `\n${style.bold(title)}\n${lines.map((line) => `  ${oneLine(line)}\n`).join("")}`;
}

function candidatesTable(decision: RoutingDecision, style: Style): string {
  if (decision.verdicts.length === 0) return "none\n";
  const rows = decision.verdicts.map((verdict) => {
    const { service, model } = verdict;
    return [service, model ?? "-", ...(verdict.step === 0 ? admittedCells(verdict, decision) : rejectedCells(verdict))];
  });
  return tableText(["service", "model", "verdict", { title: "score", as: "figure" }, "terms or reason"], rows, style);
}

function admittedCells(verdict: Extract<Verdict, { step: 0 }>, decision: RoutingDecision): readonly string[] {
  const terms = Object.entries(verdict.terms).map(([name, value]: [string, number]) => `${name} ${decimalOf(value)}`);
  const prefer = verdict.prefer === 0 ? [] : [`prefer ${decimalOf(verdict.prefer)}`];
  const chosen = decision.kind === "chosen" && isSelected(verdict, decision);
  return [chosen ? "chosen" : "admitted", (verdict.score / 1e12).toFixed(6), [...terms, ...prefer].join(", ")];
}

function rejectedCells(rejected: Rejected): readonly string[] {
  return [`step ${String(rejected.step)} ${rejected.clause}`, "", oneLine(rejectionReason(rejected))];
}

function isSelected({ service, model }: Verdict, { outcome }: ChosenDecision): boolean {
  return outcome.selected.service === service && outcome.selected.model === model;
}

function decimalOf(micros: number): string {
  return String(micros / MICROS);
}
