import type { JsonValue } from "@caio/core";

import { explanationText } from "../present/decision.ts";
import type { Style } from "../present/style.ts";
import { oneLine, plainText } from "../present/plain-text.ts";
import type { RequestLine } from "./request-line.ts";
import type { DemoResult, PlayedScenario } from "./run-demo.ts";

const NAME_WIDTH = 22;

/** What the lines mean. */
export function openingText(style: Style): string {
  return style.dim("One line a request: name, who was chosen, why, what was promised, what was measured. Costs are in USD.\n");
}

/** A scenario as it is shown: what was announced, a line for each request, and whatever did not come true. */
export function scenarioText({ scenario, lines, unmet }: PlayedScenario, style: Style): string {
  const mark = unmet.length === 0 ? style.green("as announced") : style.red("NOT as announced");
  return (
    `\n${style.bold(scenario.title)}  ${style.dim(scenario.announced)}\n` +
    lines.map((line) => `${lineText(line, style)}\n`).join("") +
    unmet.map((words) => `  ${style.red("expected")} ${plainText(words)}\n`).join("") +
    `  ${mark}\n`
  );
}

/** What comes at the end: one decision explained in full, and the figures. */
export function closingText({ explained, summary, played }: DemoResult, style: Style): string {
  const count = (outcome: RequestLine["outcome"]): number => played.flatMap(({ lines }) => lines).filter((line) => line.outcome === outcome).length;
  const explanation = explained === undefined ? "" : `\n${style.bold("One decision in full")}\n${explanationText(explained, style)}`;
  return (
    explanation +
    `\n${style.bold("Summary")}\n` +
    `  scenarios  ${String(summary.asAnnounced)} of ${String(summary.scenarios)} as announced\n` +
    `  requests   ${String(summary.requests)}; of the lines above ${String(count("success"))} answered, ${String(count("refused"))} refused, ${String(count("failed"))} not executed\n` +
    `  log        ${String(summary.logSize)} entries, root ${summary.logRoot}, ${summary.logHolds ? "verified" : "BROKEN"}\n`
  );
}

/** The same for machines. */
export function demoJson({ played, summary }: DemoResult): JsonValue {
  return {
    scenarios: played.map(({ scenario, lines, unmet }) => ({
      title: scenario.title,
      announced: scenario.announced,
      as_announced: unmet.length === 0,
      unmet,
      requests: lines.map((line) => ({ ...line })),
    })),
    summary: {
      scenarios: summary.scenarios,
      as_announced: summary.asAnnounced,
      requests: summary.requests,
      log: { size: summary.logSize, root: summary.logRoot, holds: summary.logHolds },
    },
  };
}

function lineText({ request, outcome, chosen, why, promised, measured }: RequestLine, style: Style): string {
  const colour = { success: style.green, refused: style.yellow, failed: style.yellow }[outcome];
  const parts = [style.bold(request.padEnd(NAME_WIDTH)), colour(oneLine(chosen)), oneLine(why)];
  const terms = [promised === "-" ? "" : `promised ${oneLine(promised)}`, `measured ${oneLine(measured)}`];
  return `  ${[...parts, ...terms].filter((part) => part !== "").join("  ")}`;
}
