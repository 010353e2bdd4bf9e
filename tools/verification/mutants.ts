/**
 * `tsx -C @caio/source tools/verification/mutants.ts --from 1 --seeds 500 --each 120 [--workers 1] [--state FILE] [--json]`:
 * every lie is refused, or explained. A mutant has a name: the seed of its world, then its number.
 */
import { parseArgs } from "node:util";

import { runCampaign, type CampaignResult, type Standing } from "./campaign.ts";
import { runRanges, serveRanges, type FinishedRange } from "./ranges.ts";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "1" }, seeds: { type: "string", default: "500" }, each: { type: "string", default: "120" }, range: { type: "string", default: "20" },
    workers: { type: "string", default: "1" }, state: { type: "string" }, json: { type: "boolean", default: false }, finished: { type: "boolean", default: false }, serve: { type: "boolean", default: false },
  },
});
const each = Number(values.each);
if (values.serve) serveRanges((from, count) => runCampaign(from, count, each));
else {
  const ranges = await runRanges<CampaignResult>({
    script: new URL(import.meta.url), args: ["--serve", "--each", values.each], from: Number(values.from), count: Number(values.seeds), size: Number(values.range),
    workers: Number(values.workers), state: values.state, finishedOnly: values.finished,
  });
  const summary = summaryOf(ranges);
  if (values.json) console.log(JSON.stringify(summary, null, 2));
  else print(summary);
  process.exitCode = summary.total.unexplained === 0 && summary.wronglyRefused.length === 0 ? 0 : 1;
}

type Row = Record<Standing | "mutants" | "refused" | "confirmed" | "wrong", number>;
type Summary = ReturnType<typeof summaryOf>;

function summaryOf(ranges: readonly FinishedRange<CampaignResult>[]) {
  const table: Record<string, Row> = {};
  const total = emptyRow();
  const aloneBy: Record<string, number> = {};
  const grouped: Record<string, { times: number; of: string[]; detail: readonly string[] }> = {};
  const survivors = ranges.flatMap(({ result }) => result.survivors);
  for (const { result } of ranges) {
    for (const [kind, { mutants, refused, confirmed }] of Object.entries(result.kinds)) add(table, total, kind, { mutants, refused, confirmed });
    for (const [name, times] of Object.entries(result.aloneBy)) aloneBy[name] = (aloneBy[name] ?? 0) + times;
  }
  for (const survivor of survivors) {
    add(table, total, survivor.group, survivor.standing === "wrongly refused" ? { wrong: 1 } : { [survivor.standing]: 1 });
    const group = (grouped[`${survivor.standing} · ${survivor.pattern} · ${survivor.change}`] ??= { times: 0, of: [], detail: survivor.detail });
    group.times++;
    if (group.of.length < 4) group.of.push(`${String(survivor.seed)}#${String(survivor.number)}`);
  }
  return {
    verifiers: [...new Set(ranges.map(({ verifier }) => verifier))],
    seeds: ranges.map(({ from, count }) => `${String(from)}+${String(count)}`),
    patterns: new Set(ranges.flatMap(({ result }) => result.patterns)).size,
    table, total, aloneBy,
    wronglyRefused: survivors.filter(({ standing }) => standing === "wrongly refused").slice(0, 50),
    grouped,
  };
}

function emptyRow(): Row {
  return { mutants: 0, refused: 0, confirmed: 0, attested: 0, void: 0, loose: 0, withheld: 0, unexplained: 0, wrong: 0 };
}

function add(table: Record<string, Row>, total: Row, kind: string, amounts: Partial<Row>): void {
  const row = (table[kind] ??= emptyRow());
  for (const [name, amount] of Object.entries(amounts) as [keyof Row, number][]) {
    row[name] += amount;
    total[name] += amount;
  }
}

function print({ verifiers, patterns, table, total, aloneBy, grouped }: Summary): void {
  const names = Object.keys(emptyRow()) as (keyof Row)[];
  for (const [name, { times, of, detail }] of Object.entries(grouped).sort()) {
    if (/^(unexplained|wrongly|loose)/.test(name)) console.log(`${name}: ${String(times)} (${of.join(" ")}) ${detail.join("; ").slice(0, 400)}`);
  }
  console.log(`${"kind".padEnd(14)}${names.map((name) => name.padStart(12)).join("")}`);
  for (const [kind, row] of [...Object.entries(table), ["all", total] as const]) console.log(`${kind.padEnd(14)}${names.map((name) => String(row[name]).padStart(12)).join("")}`);
  console.log(`${String(patterns)} kinds of place; verifier ${verifiers.join(", ")}`);
  console.log(`refused by one check alone: ${Object.entries(aloneBy).sort((a, b) => b[1] - a[1]).slice(0, 40).map(([name, times]) => `${name} ${String(times)}`).join(", ")}`);
}
