import { streamFaults } from "@caio/fakes";

import type { Left } from "./leave-early.ts";
import type { Judged } from "./run-cases.ts";
import type { Verdict } from "./stream-case.ts";

/** What came of all cases of one house. */
export interface StreamReport {
  readonly name: string;
  readonly judged: readonly Judged[];
  readonly left: Left;
}

const verdicts: readonly Verdict[] = ["whole", "error before the first token", "error after it", "SILENT TRUNCATION", "HANG"];

/** How many cases of a report came out so. */
export function countOf({ judged }: StreamReport, verdict: Verdict, fault?: string): number {
  return judged.filter((each) => each.verdict === verdict && (fault === undefined || each.fault === fault)).length;
}

/** A table in Markdown: a row for each house and fault. */
export function streamTable(reports: readonly StreamReport[]): string {
  const head = `| behind | fault | cases | ${verdicts.join(" | ")} |\n|---|---|--:|${verdicts.map(() => "--:|").join("")}\n`;
  const rows = reports.flatMap((report) => streamFaults.map((fault) => {
    const counts = verdicts.map((verdict) => countOf(report, verdict, fault));
    return `| ${report.name} | ${fault} | ${String(counts.reduce((sum, count) => sum + count, 0))} | ${counts.map(String).join(" | ")} |`;
  }));
  const left = reports.map(({ name, left: { clients, leaked } }) => `| ${name} | ${String(clients)} | ${String(leaked)} |`);
  return `${head}${rows.join("\n")}\n\n| behind | clients that left | upstream streams open 2 s later |\n|---|--:|--:|\n${left.join("\n")}\n`;
}
