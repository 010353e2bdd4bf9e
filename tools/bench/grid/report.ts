import { stepNames } from "../decision-steps.ts";
import { overRuns, percentilesOf, type Percentiles } from "../percentiles.ts";
import type { Round } from "../run/interleaved.ts";
import { kinds, type MeasuredPoint } from "./measure-point.ts";

/** Times, then the steps, then memory: three tables of all points. */
export function gridTables(points: readonly MeasuredPoint[]): string {
  return [timesTable(points), stepsTable(points), memoryTable(points)].join("\n\n");
}

function timesTable(points: readonly MeasuredPoint[]): string {
  const head = `| ${SIZE_COLUMNS} | ${kinds.map((kind) => `${kind}, p50 | p99 | processor`).join(" | ")} |\n|${"---|".repeat(5 + 3 * kinds.length)}`;
  const rows = points.map((point) => `| ${sizeCells(point)} | ${kinds.map((kind) => `${over(point.whole[kind], "p50")} | ${over(point.whole[kind], "p99")} | ${over(point.whole[kind], "processor")}`).join(" | ")} |`);
  return ["Milliseconds, the median of the rounds with the least and the most; the processor's time is the mean of a decision, collections included:\n", head, ...rows].join("\n");
}

function stepsTable(points: readonly MeasuredPoint[]): string {
  const head = `| ${SIZE_COLUMNS} | ${stepNames.join(" | ")} |\n|${"---|".repeat(5 + stepNames.length)}`;
  const rows = points.map((point) => `| ${sizeCells(point)} | ${stepNames.map((name) => (1000 * medianOf(point.steps[name] ?? [])).toFixed(0)).join(" | ")} |`);
  return ["Steps, microseconds, the median of the rounds' p50:\n", head, ...rows].join("\n");
}

function memoryTable(points: readonly MeasuredPoint[]): string {
  const head = `| ${SIZE_COLUMNS} | ${kinds.map((kind) => `a decision ${kind}, kB`).join(" | ")} | R: heap + buffers a service, B | H: the same | heap, MiB | RSS, MiB |\n|${"---|".repeat(9 + kinds.length)}`;
  const rows = points.map((point) => {
    const { allocation, registry, history, process } = point;
    const cells = [...kinds.map((kind) => (allocation[kind] / 1000).toFixed(0)), registry.heap + registry.buffers, history.heap + history.buffers, mib(process.heap), mib(process.rss)];
    return `| ${sizeCells(point)} | ${cells.join(" | ")} |`;
  });
  return ["Memory: what a decision allocates, and what is held:\n", head, ...rows].join("\n");
}

const SIZE_COLUMNS = "|R| | |P| | fire | candidates | |Q|".replaceAll("|R|", "\\|R\\|").replaceAll("|P|", "\\|P\\|").replaceAll("|Q|", "\\|Q\\|");

function sizeCells({ size }: MeasuredPoint): string {
  return [size.services, size.rules, size.firing ?? "all", size.candidates, size.asked].join(" | ");
}

function over(runs: readonly Round[], key: keyof Round): string {
  return overRuns(runs.map((run) => run[key]), 2);
}

/** The median over rounds of the rounds' medians. */
function medianOf(runs: readonly Percentiles[]): number {
  return percentilesOf(runs.map(({ p50 }) => p50)).p50;
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
