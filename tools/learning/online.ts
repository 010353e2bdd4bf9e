/**
 * `npm run bench:online [-- --encoder hash|use --seeds 20 --from 1 --limit 5608 --only honest --epsilon 10000 --vectors FILE --json]`, with
 * `CAIO_DATA` set: prompts in random orders, one outcome each, from contract claims and no outcome at all (docs/learning-online.md).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { nearDuplicateGroups, readUlab, splitByGroup } from "@caio/learning";

import { conditions } from "./online/conditions.ts";
import { encodePrompts } from "./online/encoded-prompts.ts";
import { playStream, type Stream } from "./online/play-stream.ts";
import { summarise } from "./online/summary.ts";
import { recoveryOf, tableOf, type Line } from "./online/online-table.ts";

const { values } = parseArgs({
  options: {
    encoder: { type: "string", default: "hash" },
    seeds: { type: "string", default: "20" },
    from: { type: "string", default: "1" },
    limit: { type: "string", default: "100000" },
    only: { type: "string" },
    epsilon: { type: "string", default: "10000" },
    vectors: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const data = process.env["CAIO_DATA"];
if (data === undefined) throw new Error("Set CAIO_DATA to the folder that holds ulab-llmrouter/outcomes.json and models.json.");
const kind = values.encoder === "use" ? "use" : "hash";
const read = (name: string): unknown => JSON.parse(readFileSync(join(data, "ulab-llmrouter", name), "utf8"));
const table = readUlab(read("outcomes.json"), read("models.json"));
const width = table.models.length;
const rows = table.prompts.map((_, at) => Array.from(table.scores.subarray(at * width, (at + 1) * width)));
// Claims are made on a fifth of the prompts, near-duplicates together; the others are played.
const { train: played, tune } = splitByGroup(table.prompts, nearDuplicateGroups(table.prompts), 1, { train: 0.8, tune: 0.2 });
const elsewhere = tune.map((at) => rows[at] ?? []);
const places = played.slice(0, Number(values.limit));
const encoded = await encodePrompts(table.prompts, kind, values.vectors);
const stream: Stream = {
  prompts: places.flatMap((at) => encoded[at] ?? []),
  scores: places.map((at) => rows[at] ?? []),
  models: table.models.map(({ id }) => id),
};
const lines: Line[] = [];
for (const { name, play, claimed } of conditions({ elsewhere, likenessMicros: kind === "use" ? 650_000 : 350_000, epsilonPpm: Number(values.epsilon) })) {
  if (values.only !== undefined && values.only !== name) continue;
  const orders = Array.from({ length: Number(values.seeds) }, (_, index) => playStream(stream, { ...play, seed: Number(values.from) + index }));
  lines.push({ name, claimed: stream.models[claimed] ?? "", orders: orders.map((each) => summarise(each, claimed)), recovery: play.swap === undefined ? undefined : recoveryOf(orders, play.swap[1]) });
  if (values.json) console.log(JSON.stringify(lines.at(-1)));
}
if (!values.json) console.log(tableOf(lines, { prompts: stream.prompts.length, models: width, encoder: kind, seeds: values.seeds, from: values.from }));
