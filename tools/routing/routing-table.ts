import type { Measured, ReportedPoint, RoutingReport } from "./routing-report.ts";

/** The report as text: what is fixed, then the methods' area, hindsight and deployment. */
export function routingTable(report: RoutingReport, how: { readonly encoder: string; readonly outputTokens: number }): string {
  const { train, tune, test } = report.parts;
  const lines = [
    `Learned from ${String(train)} + ${String(tune)} prompts (trade-offs chosen on the second part), judged on ${String(test)} (seed ${String(report.seed)}, encoder ${how.encoder}).`,
    `Costs are estimates: prompt length and ${String(how.outputTokens)} tokens of answer, weighted by price. Best single model of the learning part: ${report.reference}.`,
    "Intervals: 95 %, 1 000 draws of the test prompts' groups. Points are of 0.01 of quality, against that model.",
    ...(report.leftOut.length === 0 ? [] : [`Left out, since only one of the folders has scores of them: ${report.leftOut.join(", ")}.`]),
    ...(report.unknown === 0 ? [] : [`${String(report.unknown)} scores are not known and count as 0, in every line: models that were tried less look worse than they are.`]),
    "",
    ...table(["one choice for all", "quality", "cost/1000", "points", "saved"], report.fixed.map(pointRow)),
    "",
    ...table(
      ["learned", "area", "less the plain mean's", "most quality, points", "hindsight: saved", "deployed: points", "deployed: saved"],
      report.methods.map((method) => [
        method.name,
        digits(method.area, 4),
        digits(method.areaGain, 4),
        digits(method.best.points, 2),
        method.hindsight === null ? "none as good" : percent(method.hindsight.saved),
        digits(method.deployed.points, 2),
        percent(method.deployed.saved),
      ]),
    ),
    "",
    "area: mean quality of the quality–cost hull between the cheapest model's cost and the best single model's.",
    "hindsight: cheapest trade-off that keeps that model's quality, picked on the test part. deployed: picked on the tuning part.",
    "",
  ];
  return lines.join("\n");
}

function pointRow({ name, quality, cost, points, saved }: ReportedPoint): string[] {
  return [name, digits(quality, 4), cost.toFixed(4), digits(points, 2), percent(saved)];
}

function digits({ value, low, high }: Measured, count: number): string {
  return `${value.toFixed(count)} (${low.toFixed(count)} … ${high.toFixed(count)})`;
}

function percent({ value, low, high }: Measured): string {
  if (Number.isNaN(value)) return "no cost";
  return `${(100 * value).toFixed(1)} % (${(100 * low).toFixed(1)} … ${(100 * high).toFixed(1)})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ").trimEnd();
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}
