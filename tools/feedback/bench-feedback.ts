/**
 * `npm run bench:feedback -- [--data DIR] [--requests N] [--seeds N] [--json]`: how good choices become where a share of the answers is judged, a
 * hundred requests later, with successes that count and with such that wait. DIR holds `outcomes.json` and `models.json`; `CAIO_DATA/ulab-llmrouter`
 * unless said.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

import { readUlab, scoreAt } from "@caio/learning";

import { playFeedback } from "./play-feedback.ts";

const { values } = parseArgs({ options: { data: { type: "string" }, requests: { type: "string", default: "3000" }, seeds: { type: "string", default: "3" }, json: { type: "boolean", default: false } } });
const folder = values.data ?? join(process.env["CAIO_DATA"] ?? ".", "ulab-llmrouter");
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), "utf8")) as unknown;
const table = readUlab(read("outcomes.json"), read("models.json"));
const seeds = Array.from({ length: Number(values.seeds) }, (_, at) => at + 1);
const means = table.models.map((_, model) => table.prompts.reduce((sum, _prompt, prompt) => sum + scoreAt(table, prompt, model), 0) / table.prompts.length);
const rows = [0, 0.05, 0.2, 1].map((judged) => {
  const of = (successes: "count" | "wait"): number => seeds.reduce((sum, seed) => sum + playFeedback({ table, requests: Number(values.requests), judged, delay: 100, seed, successes }), 0) / seeds.length;
  return { judged, count: of("count"), wait: of("wait") };
});
const [least, most] = [Math.min(...means), Math.max(...means)];
const shown = (value: number): string => value.toFixed(3);
const text = ["judged  count  wait", ...rows.map(({ judged, count, wait }) => `${String(judged * 100).padStart(5)} %  ${shown(count)}  ${shown(wait)}`), `single models: ${shown(least)} to ${shown(most)}, their mean ${shown(means.reduce((sum, each) => sum + each, 0) / means.length)}`].join("\n");
process.stdout.write(values.json ? `${JSON.stringify({ requests: Number(values.requests), seeds, rows, single: { least, most } })}\n` : `${text}\n`);
