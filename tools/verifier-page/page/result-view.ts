/// <reference lib="dom" />
import { standingSentence, verdictOf, verdictSentence, type Answer, type Fact, type Verdict } from "@caio/dashboard/verification";
import type { Report } from "@caio/verifier";

import { checksTable, standingBadge } from "./checks-table.ts";
import { element } from "./element.ts";
import { mark } from "./mark.ts";

const MARKS = { valid: "tick", invalid: "cross", unusable: "question" } as const;

/** Everything that is shown of an answer. */
export function resultView(answer: Answer): readonly HTMLElement[] {
  if (answer.kind === "stopped") return [banner("unusable", answer.why)];
  const { report, facts } = answer;
  const verdict = verdictOf(report);
  const top = banner(verdict, verdictSentence(report));
  if (verdict !== "unusable") top.append(standing(report));
  const summary = facts.length === 0 ? [] : [summaryCard(facts, verdict)];
  return [top, ...summary, checksTable(report.checks), reportText(report)];
}

/** The same in one sentence, for who does not see the page. */
export function spoken(answer: Answer): string {
  if (answer.kind === "stopped") return `Unusable. ${answer.why}`;
  const verdict = verdictOf(answer.report);
  const standing = verdict === "unusable" ? "" : ` Standing: ${answer.report.conclusion}.`;
  return `${titleOf(verdict)}. ${verdictSentence(answer.report)}${standing}`;
}

function titleOf(verdict: Verdict): string {
  return `${verdict.slice(0, 1).toUpperCase()}${verdict.slice(1)}`;
}

function banner(verdict: Verdict, sentence: string): HTMLElement {
  const title = element("h2", { id: "verdict", tabindex: "-1" }, titleOf(verdict));
  const words = element("div", {}, title, element("p", {}, sentence));
  return element("section", { class: `banner ${verdict}`, "aria-labelledby": "verdict" }, element("span", { class: "seal" }, mark(MARKS[verdict])), words);
}

function standing({ conclusion }: Report): HTMLElement {
  return element("p", { class: "standing" }, element("span", { class: "label" }, "Standing"), standingBadge(conclusion), " ", standingSentence(conclusion));
}

function summaryCard(facts: readonly Fact[], verdict: Verdict): HTMLElement {
  const list = element("dl", { class: "facts" });
  for (const { label, text, exact } of facts) {
    const value = element("bdi", exact === true ? { class: "exact" } : {}, text);
    list.append(element("div", {}, element("dt", {}, label), element("dd", {}, value)));
  }
  const card = element("section", { class: "card", "aria-labelledby": "summary-heading" }, element("h2", { id: "summary-heading" }, "What the receipt says"));
  if (verdict !== "valid") card.append(element("p", { class: "note" }, "The receipt did not pass: none of this is shown to be true."));
  card.append(list);
  return card;
}

function reportText(report: Report): HTMLElement {
  const text = element("pre", { id: "report-json", tabindex: "0", "aria-label": "Report as JSON" }, JSON.stringify(report, null, 2));
  return element("details", { class: "card" }, element("summary", {}, "The report as JSON"), text);
}
