import type { KillReport, Told } from "./campaign.ts";

/** How requests of one phase ended. */
export interface KillRow {
  readonly phase: string;
  readonly requests: number;
  /** Answered by the first service, by a fallback, begun by one service and ended by another. */
  readonly ok: number;
  readonly fallback: number;
  readonly resumed: number;
  readonly typed: number;
  /** In flight when the gateway itself was killed. */
  readonly killed: number;
  readonly lost: number;
}

export function rowsOf({ told }: KillReport): readonly KillRow[] {
  return [...new Set(told.map(({ phase }) => phase))].map((phase) => {
    const all = told.filter((each) => each.phase === phase);
    const count = (holds: (each: Told) => boolean): number => all.filter(holds).length;
    return {
      phase,
      requests: all.length,
      ok: count(({ ending, fallback }) => ending === "ok" && !fallback),
      fallback: count(({ ending, fallback }) => ending === "ok" && fallback),
      resumed: count(({ ending }) => ending === "ok, resumed"),
      typed: count(({ ending }) => ending === "typed error"),
      killed: count(({ ending }) => ending === "gateway killed"),
      lost: count(isLost),
    };
  });
}

export function isLost({ ending }: Told): boolean {
  return ending.startsWith("LOST");
}

/** Tables in Markdown, one for each report. */
export function killTables(reports: readonly KillReport[]): string {
  return reports.map(table).join("\n");
}

function table(report: KillReport): string {
  const rows = rowsOf(report).map(({ phase, requests, ok, fallback, resumed, typed, killed, lost }) => `| ${phase} | ${[requests, ok, fallback, resumed, typed, killed, lost].map(String).join(" | ")} |`);
  const head = `after_first_byte: ${report.afterFirstByte}\n\n| under load | requests | ok | ok after a fallback | ok, resumed | typed error | cut with the gateway | LOST |\n|---|--:|--:|--:|--:|--:|--:|--:|\n`;
  const words = new Map<string, number>();
  for (const { ending, word, asking } of report.told) if (word !== "") words.set(`${asking}: ${ending} ${word}`, (words.get(`${asking}: ${ending} ${word}`) ?? 0) + 1);
  const took = report.told.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const at = (share: number): string => String(Math.round(took[Math.floor((took.length - 1) * share)] ?? 0));
  const { checkpoints, forks, receiptsAsked, receiptsVerified } = report.witnessed;
  const { decisions, outcomes, verifies, missing } = report.log;
  return `${head}${rows.join("\n")}\n
Took: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms. Log: ${String(decisions)} decisions, ${String(outcomes)} outcomes, ${verifies ? "verifies" : "DOES NOT VERIFY"}, ${String(missing.length)} that callers were told of are missing; ${String(checkpoints)} checkpoints over the kills, ${String(forks)} that do not continue the one before.
Receipts of decisions from before a kill, fetched after it: ${String(receiptsVerified)} of ${String(receiptsAsked)} verify. The gateway ended with ${report.ended}.
${[...words].map(([word, count]) => `- ${String(count)} × ${word}`).join("\n")}\n`;
}
