/**
 * `npm run bench:ablation [-- --orders 10 --seed 1 --limit 5608 --encoder hash|use --json]`, with `CAIO_DATA` set: what each term of the score is worth on
 * measured outcomes, decided in an order by chance and learned from one by one.
 */
import { parseArgs } from "node:util";

import { HashingEncoder } from "@caio/control";
import { openUseEncoder } from "@caio/encoder-use";

import { ablationLines, alone, leaveOneOut, memories, withContext, type AblationLine, type Asked, type Named } from "./ablation/ablation-table.ts";
import { ablationWorld, type AblationWorld } from "./ablation/ablation-world.ts";
import { FieldBook } from "./ablation/field-book.ts";

const { values } = parseArgs({
  options: {
    orders: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    limit: { type: "string" },
    encoder: { type: "string", default: "hash" },
    json: { type: "boolean", default: false },
  },
});
const data = process.env["CAIO_DATA"];
if (data === undefined) throw new Error("Set CAIO_DATA to the folder that holds ulab-llmrouter/outcomes.json and models.json.");
const sentences = values.encoder === "use" ? openUseEncoder({ timeoutMs: 300_000 }) : undefined;
const encoder = new FieldBook(sentences ?? new HashingEncoder());
const limit: { readonly limit?: number } = values.limit === undefined ? {} : { limit: Number(values.limit) };
const world = await ablationWorld(data, encoder, limit);
const intentAlone = alone().find(([label]) => label === "I alone")?.[1];
const blocks: [title: string, lines: readonly AblationLine[]][] = [
  ["Each term alone", lines(world, alone())],
  ["All terms as they stand, and without one", lines(world, leaveOneOut(100_000))],
  ["The same where cost counts a tenth of that", lines(world, leaveOneOut(10_000))],
  ["The memory field and its decay, where cost counts a third", lines(world, memories())],
];
if (intentAlone !== undefined) {
  const asked: Asked[] = [["text", world, intentAlone]];
  for (const examples of [5, 20, 100]) asked.push([`and ${String(examples)} examples`, await ablationWorld(data, encoder, { ...limit, examples }), intentAlone]);
  blocks.push(["I alone: e_s of the contract's text, and of examples that a model did well on", ablationLines(asked, Number(values.orders), Number(values.seed))]);
}
// They have many lines, each of which is encoded: a quarter as many will do.
const split = await ablationWorld(data, encoder, { ...(limit.limit === undefined ? {} : { limit: Math.ceil(limit.limit / 4) }), split: true });
blocks.push([`Prompts of several lines (${String(split.prompts.length)}): the last line is the intent, those before it the context`, lines(split, withContext())]);
await sentences?.close();

if (values.json) console.log(JSON.stringify({ ...values, encoder: encoder.id, prompts: world.prompts.length, blocks: blocks.map(([title, each]) => ({ title, lines: each })) }, null, 1));
else {
  console.log(`${String(world.prompts.length)} prompts, ${String(world.contracts.length)} models, encoder ${encoder.id}, ${values.orders} orders from seed ${values.seed}; 95 % bootstrap intervals over prompts (by groups of near-duplicates) and orders`);
  for (const [title, each] of blocks) show(title, each);
}

function lines(of: AblationWorld, settings: readonly Named[]): readonly AblationLine[] {
  return ablationLines(settings.map(([label, each]): Asked => [label, of, each]), Number(values.orders), Number(values.seed));
}

function show(title: string, each: readonly AblationLine[]): void {
  console.log(`\n${title}\n${"".padEnd(34)}quality                price   against the first line         by looking at the prompt`);
  for (const { label, quality, price, gain, insight } of each) {
    const within = `${quality.mean.toFixed(3)} (${quality.low.toFixed(3)}–${quality.high.toFixed(3)})`;
    console.log(`${label.padEnd(34)}${within}   ${price.mean.toFixed(3)}   ${difference(gain).padEnd(31)}${difference(insight)}`);
  }
}

function difference({ mean, low, high }: AblationLine["gain"]): string {
  return low === 0 && high === 0 ? "" : `${signed(mean)} (${signed(low)} … ${signed(high)})`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
