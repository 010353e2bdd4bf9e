import type { CampaignReport } from "./campaign.ts";
import type { Asked } from "./load.ts";

/** An answer that took longer is late, milliseconds. */
export const LATE_MS = 1000;

/** The phases in order, and below them what must be 0. */
export function campaignTable({ asked, swaps, refusedEdits, judgement }: CampaignReport): string {
  const phases = [...new Set(asked.map(({ phase }) => phase))];
  const rows = phases.map((phase) => rowOf(phase, asked.filter((each) => each.phase === phase)));
  const { audit, ...counts } = judgement;
  return [
    "| phase | asked | answered | refused | of them | late (> 1 s) | longest | cut off | lost |",
    "|---|---|---|---|---|---|---|---|---|",
    ...rows,
    "",
    `Hot swaps: ${String(swaps.length)} acknowledged, refused or without an answer: ${counted(refusedEdits) || "none"}.`,
    Object.entries({ ...counts, audit: audit.length }).map(([name, value]) => `${name} ${String(value)}`).join(", "),
    ...audit.slice(0, 10),
  ].join("\n");
}

function rowOf(phase: string, asked: readonly Asked[]): string {
  const of = (ending: string): readonly Asked[] => asked.filter((each) => each.ending.startsWith(ending));
  const late = asked.filter(({ ending, tookMs }) => ending === "ok" && tookMs > LATE_MS).length;
  const longest = Math.max(...asked.map(({ tookMs }) => tookMs));
  const cells = [phase, asked.length, of("ok").length, of("refused").length, counted(of("refused").map(({ word }) => word)), late, `${(longest / 1000).toFixed(1)} s`, of("cut off").length, of("LOST").length];
  return `| ${cells.join(" | ")} |`;
}

function counted(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([word, count]) => `${String(count)} ${word}`).join(", ");
}
