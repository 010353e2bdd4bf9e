import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ContractParser, type Field, type ServiceContract } from "@caio/contracts";
import { computeAttentionScore, computeIntentScore, encodeContracts, prepareEncoding, prepareFields, type PreparedFields } from "@caio/control";
import { MICRO, mulDiv } from "@caio/core";
import { nearDuplicateGroups, readUlab, scoreAt } from "@caio/learning";

import type { FieldBook } from "./field-book.ts";

/** One prompt as every run sees it: all that does not depend on what was learned. */
export interface AblationPrompt {
  readonly intent: Field;
  readonly fields: PreparedFields;
  /** By model: I and A in micros, and what it scored, 0 … 1. */
  readonly intents: readonly number[];
  readonly attentions: readonly number[];
  readonly scores: readonly number[];
  /** Near-duplicates share it. */
  readonly group: number;
}

/** The prompts and models of an outcome table as a router meets them. */
export interface AblationWorld {
  readonly encoderId: string;
  readonly contracts: readonly ServiceContract[];
  /** Money per million tokens. */
  readonly prices: readonly number[];
  /** The Cost term of each model, micros: every call has the same tokens, so that it is the price over the largest. */
  readonly costs: readonly number[];
  readonly prompts: readonly AblationPrompt[];
  /** Of models, measured on prompts that are not among those above. Micros. */
  readonly competence: readonly number[];
}

/** What the encodings of contracts are made of, and what counts as the intent. */
export interface AblationWorldOptions {
  /** Prompts per model that go into e_s beside the contract's text: those of the kept-apart ones that it did best on, against the others. */
  readonly examples?: number;
  /** The last line of a prompt is the intent, those before it the context; prompts of one line are left out. */
  readonly split?: boolean;
  /** About this many prompts, spread over the table. */
  readonly limit?: number;
}

/** Of every ten prompts, by place, this one is kept apart: competence and examples are taken from it. */
const APART = 10;
const MOST_CONTEXT = 8;

/** The world of `ulab-llmrouter` in a data folder. @throws CaioError `InvalidOutcomes` */
export async function ablationWorld(data: string, book: FieldBook, options: AblationWorldOptions = {}): Promise<AblationWorld> {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(data, "ulab-llmrouter", name), "utf8"));
  const described = read("models.json") as Readonly<Record<string, { readonly feature: string }>>;
  const table = readUlab(read("outcomes.json"), described);
  const contracts = table.models.map(({ id, inputPrice, outputPrice }) => contractOf(id, described[id]?.feature ?? "", inputPrice, outputPrice));
  const scoresOf = (prompt: number): number[] => table.models.map((_, model) => scoreAt(table, prompt, model));
  const apart = table.prompts.flatMap((_, place) => (place % APART === 0 ? [place] : []));
  const able = table.prompts.flatMap((text, place) => (place % APART === 0 || (options.split === true && lines(text).length < 2) ? [] : [place]));
  const stride = Math.max(1, able.length / (options.limit ?? able.length));
  const kept = able.filter((_, at) => Math.floor((at + 1) / stride) > Math.floor(at / stride));
  const groups = nearDuplicateGroups(table.prompts);
  const told = contracts.map((contract, model) => {
    const examples = bestFor(model, apart.map(scoresOf), options.examples ?? 0).map((at) => table.prompts[apart[at] ?? 0] ?? "");
    return examples.length === 0 ? contract : { ...contract, metadata: { ...contract.metadata, examples } };
  });
  const encodings = (await encodeContracts(told, book)).map(prepareEncoding);
  const said = kept.map((place) => (options.split === true ? lines(table.prompts[place] ?? "") : [table.prompts[place] ?? ""]));
  const intents = await book.fieldsOf(said.map((parts) => parts.at(-1) ?? ""));
  const contexts = said.map((parts) => parts.slice(0, -1).slice(-MOST_CONTEXT));
  await book.fieldsOf(contexts.flat());
  const prompts: AblationPrompt[] = [];
  for (const [at, place] of kept.entries()) {
    const intent = intents[at] ?? [];
    const fields = prepareFields({ intent, context: await book.fieldsOf(contexts[at] ?? []) });
    prompts.push({
      ...{ intent, fields, scores: scoresOf(place), group: groups[place] ?? 0 },
      intents: encodings.map((encoding) => computeIntentScore(encoding, fields)),
      attentions: encodings.map((encoding) => computeAttentionScore(encoding, fields)),
    });
  }
  const prices = table.models.map(({ inputPrice }) => inputPrice);
  const largest = Math.max(...prices);
  return {
    ...{ encoderId: book.id, contracts, prices, prompts },
    costs: prices.map((price) => mulDiv(Math.round(price * MICRO), MICRO, Math.round(largest * MICRO), "half-even")),
    competence: table.models.map((_, model) => Math.round((apart.reduce((sum, place) => sum + scoreAt(table, place, model), 0) / apart.length) * MICRO)),
  };
}

/** The contract that a model's line of `models.json` gives: its words and its prices. */
function contractOf(id: string, description: string, inputPrice: number, outputPrice: number): ServiceContract {
  const rate = (price: number): string => (price / 1e6).toFixed(12);
  const document = {
    ...{ service_id: id.replaceAll(".", "-"), name: id, version: "1.0.0", description, capabilities: ["inference.chat"] },
    cost: { model: "per_token", input_token: rate(inputPrice), output_token: rate(outputPrice), currency: "USD" },
    access: { public: true },
    api: { protocol: "inprocess" },
  };
  return new ContractParser().parse(JSON.stringify(document), { file: `${id}.json` });
}

/** The places of the rows on which a model did best against the mean of all. */
function bestFor(model: number, rows: readonly (readonly number[])[], count: number): number[] {
  const lead = rows.map((row, at) => ({ at, by: (row[model] ?? 0) - row.reduce((a, b) => a + b, 0) / row.length }));
  return lead.sort((a, b) => b.by - a.by).slice(0, count).map(({ at }) => at);
}

function lines(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}
