import { decimal, milliseconds } from "@caio/orchestrator";

import type { ListedDecision } from "../remote/decision-answer.ts";
import { oneLine } from "./plain-text.ts";
import type { Style } from "./style.ts";
import type { Column } from "./table.ts";

/** What matters of a decision in a list; the rest is in `caio decision`. */
export const DECISION_COLUMNS: readonly (string | Column)[] = [
  { title: "at", as: "figure" }, { title: "decision", as: "id" }, "for", "chosen", "of", "measured", "promise",
];

/** A decision as a row. @param now - milliseconds: the day is left out of a time of today; undefined: of none, where a row must stay what it is */
export function decisionRow(decision: ListedDecision, now: number | undefined, style: Style): readonly string[] {
  const { id, at, capabilities, candidates, admitted, kind, steps } = decision;
  const of = kind === "plan" ? `${String(steps ?? 0)} steps` : candidates === null ? "" : `${String(admitted ?? 0)}/${String(candidates)}`;
  return [timeText(at, now), id, oneLine(kind === "plan" ? "a plan" : capabilities.join(", ")), chosenText(decision, style), of, measuredText(decision), keptText(decision, style)];
}

function chosenText({ outcome, service, model, code }: ListedDecision, style: Style): string {
  if (outcome === "refused") return style.yellow(oneLine(code ?? "refused"));
  if (service === null) return "";
  return oneLine(model === null ? service : `${service}/${model}`);
}

function measuredText({ measured }: ListedDecision): string {
  if (measured === null) return "";
  const { status, attempts, latency_us: latency, cost_micros: cost } = measured;
  const words = [milliseconds(latency), ...(cost === null ? [] : [decimal(cost)]), ...(attempts > 1 ? [`${String(attempts)} attempts`] : []), ...(status === "success" ? [] : [oneLine(status)])];
  return words.join(", ");
}

function keptText({ measured }: ListedDecision, style: Style): string {
  if (measured === null) return "";
  const { latency, cost } = measured.kept;
  if (latency === false || cost === false) return style.red("broken");
  return latency === true || cost === true ? style.green("kept") : "";
}

/** The time of a day in UTC, and the day if it is another one. */
function timeText(at: number, now: number | undefined): string {
  const text = new Date(at).toISOString();
  return now !== undefined && text.slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? text.slice(11, 19) : text.slice(0, 19).replace("T", " ");
}
