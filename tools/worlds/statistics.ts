import { parseArgs } from "node:util";

import { randomWorld } from "./random-world.ts";
import { worldStatistics } from "./world-statistics.ts";

/** `npx tsx -C @caio/source tools/worlds/statistics.ts --count 5000 [--from 0]`: what random worlds end in. */
const { values } = parseArgs({ options: { count: { type: "string", default: "5000" }, from: { type: "string", default: "0" } } });
const started = process.cpuUsage();
const statistics = worldStatistics(worlds(Number(values.from), Number(values.count)));
const { user, system } = process.cpuUsage(started);
const seconds = (user + system) / 1_000_000;

const share = (count: number): string => `${((100 * count) / statistics.count).toFixed(2).padStart(6)} %`;
const line = (name: string, text: string): void => {
  process.stdout.write(`${name.padEnd(20)} ${text}\n`);
};
line("worlds", `${String(statistics.count)}, ${(statistics.count / seconds).toFixed(0)} a second of CPU (made and decided)`);
line("services, pairs", `${(statistics.services / statistics.count).toFixed(1)}, ${(statistics.pairs / statistics.count).toFixed(1)} a world`);
line("chosen", share(statistics.chosen));
for (const [code, count] of Object.entries(statistics.refused)) line(code, share(count));
line("ties", share(statistics.ties));
line("drawn, explored", `${share(statistics.drawn)}, ${share(statistics.explored)}`);
const clauses = Object.entries(statistics.clauses).sort(([, a], [, b]) => b - a);
for (const [clause, count] of clauses) line(`  ${clause}`, String(count));

function* worlds(from: number, count: number): Iterable<ReturnType<typeof randomWorld>> {
  for (let seed = from; seed < from + count; seed++) yield randomWorld(seed);
}
