import type { LearnedReport } from "../commands/learn.ts";
import type { Style } from "./style.ts";
import { tableText } from "./table.ts";

/** What was learned, and where it is to be named. */
export function learnedText(report: LearnedReport, file: string, style: Style): string {
  const { cases, features, encoder, neighbours, unknown } = report;
  const rows = report.pairs.map(({ service, model, name, meanMicros }) => [service, model ?? "", name, (meanMicros / 1e6).toFixed(4)]);
  return [
    `${String(cases)} cases of ${String(features)} features by ${encoder}; a request asks the ${String(neighbours)} most alike.\n`,
    tableText(["service", "model", "in the table", { title: "mean score", as: "figure" }], rows, style),
    ...(unknown.length === 0 ? [] : [`No service has ${unknown.join(", ")}: nothing was learned of them.\n`]),
    `The model ${report.model.slice(0, 16)}… is in ${file}. A gateway uses it if its configuration names it:\n`,
    `    learning: { model: ${file} }\n`,
  ].join("\n");
}
