/**
 * `tsx -C @caio/source tools/verification/worlds.ts --from 1 --count 100000 [--workers 1] [--state FILE] [--json]`: every
 * certificate of the router verifies. With `--state` a run that was stopped goes on where it was.
 */
import { parseArgs } from "node:util";

import { checkWorlds, sizes, type WorldsResult } from "./check-worlds.ts";
import { runRanges, serveRanges, type FinishedRange } from "./ranges.ts";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "1" }, count: { type: "string", default: "20000" }, range: { type: "string", default: "1000" },
    workers: { type: "string", default: "1" }, state: { type: "string" }, json: { type: "boolean", default: false }, finished: { type: "boolean", default: false }, serve: { type: "boolean", default: false },
  },
});
if (values.serve) serveRanges(checkWorlds);
else {
  const [from, count] = [Number(values.from), Number(values.count)];
  const ranges = await runRanges<WorldsResult>({
    script: new URL(import.meta.url), args: ["--serve"], from, count, size: Number(values.range), workers: Number(values.workers), state: values.state, finishedOnly: values.finished,
  });
  const summary = summaryOf(from, count, ranges);
  if (values.json) console.log(JSON.stringify(summary, null, 2));
  else print(summary);
  process.exitCode = summary.worlds === count && summary.refused === 0 ? 0 : 1;
}

type Summary = ReturnType<typeof summaryOf>;

function summaryOf(from: number, count: number, ranges: readonly FinishedRange<WorldsResult>[]) {
  const sum = (of: (result: WorldsResult) => number): number => ranges.reduce((total, { result }) => total + of(result), 0);
  const failing = ranges.flatMap(({ result }) => result.failing);
  const all = ranges.flatMap(({ result }) => result.times.flat());
  return {
    seeds: { from, to: from + count - 1 },
    verifiers: [...new Set(ranges.map(({ verifier }) => verifier))],
    worlds: sum(({ worlds }) => worlds), chosen: sum(({ chosen }) => chosen), pairs: sum(({ pairs }) => pairs), bundles: sum(({ bundles }) => bundles),
    refused: failing.length, failing: failing.slice(0, 200),
    verificationsPerSecond: Math.round((100_000 * all.length) / Math.max(1, all.reduce((total, time) => total + time, 0))),
    milliseconds: sizes.map((most, at) => {
      const times = ranges.flatMap(({ result }) => result.times[at] ?? []).sort((a, b) => a - b);
      const quantile = (share: number): number => (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0) / 100;
      return { pairsUpTo: most === Infinity ? null : most, worlds: times.length, p50: quantile(0.5), p99: quantile(0.99) };
    }),
  };
}

function print({ seeds, verifiers, worlds, chosen, pairs, bundles, refused, failing, verificationsPerSecond, milliseconds }: Summary): void {
  for (const { seed, checks } of failing.slice(0, 12)) console.log(`seed ${String(seed)}:\n  ${checks.join("\n  ")}`);
  for (const { pairsUpTo, worlds: times, p50, p99 } of milliseconds) {
    if (times > 0) console.log(`≤ ${String(pairsUpTo ?? "∞")} pairs: ${String(times)} worlds, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
  }
  console.log(`${String(worlds)} worlds, seeds ${String(seeds.from)} … ${String(seeds.to)} (${String(chosen)} chosen, ${String(pairs)} pairs, ${String(bundles)} whole bundles), verifier ${verifiers.join(", ")}`);
  console.log(`${String(refused)} refused; ${String(verificationsPerSecond)} verifications a second${refused > 0 ? `; refused seeds: ${failing.map(({ seed }) => seed).join(" ")}` : ""}`);
}
