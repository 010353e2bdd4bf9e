/** `tsx -C @caio/source tools/verification/mutants.ts --from 1 --worlds 500 --each 120`: every lie is refused, or explained. */
import { parseArgs } from "node:util";

import { runCampaign } from "./campaign.ts";
import { reasonFor } from "./survivors.ts";

const { values } = parseArgs({
  options: { from: { type: "string", default: "1" }, worlds: { type: "string", default: "500" }, each: { type: "string", default: "120" } },
});
const result = await runCampaign(Number(values.from), Number(values.worlds), Number(values.each));
const byReason = new Map<string, number>();
const unexplained = result.survivors.filter((survivor) => {
  const reason = reasonFor(survivor);
  const kind = reason === undefined ? "unexplained" : reason.kind;
  byReason.set(kind, (byReason.get(kind) ?? 0) + 1);
  return reason === undefined;
});
const grouped = new Map<string, number[]>();
for (const { pattern, change, conclusion, seed } of unexplained) {
  const name = `${pattern} · ${change} · ${conclusion}`;
  grouped.set(name, [...(grouped.get(name) ?? []), seed]);
}
for (const [name, seeds] of [...grouped].sort()) console.log(`${name}: ${String(seeds.length)} (${seeds.slice(0, 3).join(" ")})`);
console.log(`${String(result.mutants)} mutants of ${String(result.patterns.size)} kinds of place: ${String(result.killed)} refused (${((100 * result.killed) / result.mutants).toFixed(2)} %)`);
console.log(`survivors: ${[...byReason].map(([kind, times]) => `${kind} ${String(times)}`).join(", ") || "none"}`);
console.log(`refused by one check alone: ${[...result.aloneBy].sort((a, b) => b[1] - a[1]).slice(0, 30).map(([name, times]) => `${name} ${String(times)}`).join(", ")}`);
process.exitCode = unexplained.length === 0 ? 0 : 1;
