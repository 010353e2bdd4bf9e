import { candidateModels, compareCandidates, valueModelDigest, valueModelDocument, type Candidate, type FeatureVector } from "@caio/contracts";
import { ValueEstimator } from "@caio/control";
import { CaioError } from "@caio/core";
import { fitValueModel, type OutcomeTable } from "@caio/learning";
import type { RegistrySnapshot } from "@caio/registry";

import { exitCodes } from "../exit-code.ts";
import { loadRegistry } from "../load/contracts-folder.ts";
import { openCommandEncoder, type CommandEncoder } from "../load/open-encoder.ts";
import { readOutcomes } from "../load/outcomes.ts";
import { writeFileWhole } from "../load/write-file.ts";
import { learnedText } from "../present/learned.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { Progress } from "../progress.ts";
import { styleOf } from "../present/style.ts";
import type { RunCommand } from "./command-context.ts";

export interface LearnOptions {
  /** A table of labelled outcomes: `.csv`, or JSON as LLMRouter publishes it. */
  readonly outcomes: string;
  /** Prices of its models. */
  readonly models: string;
  /** The services that its models are of. */
  readonly contracts: string;
  /** As of `DecisionFiles`. */
  readonly encoder?: string | undefined;
  /** New file for the model. */
  readonly out: string;
  /** How many cases are asked; unless said, what would have erred least. */
  readonly neighbours?: number | undefined;
  readonly json?: boolean | undefined;
}

/** What is said of a model that was fitted. */
export interface LearnedReport {
  /** Its digest. */
  readonly model: string;
  readonly encoder: string;
  readonly cases: number;
  readonly features: number;
  readonly neighbours: number;
  /** `name`: in the table. */
  readonly pairs: readonly (Candidate & { readonly name: string; readonly meanMicros: number })[];
  /** Models of the table that no service has: nothing was learned of them. */
  readonly unknown: readonly string[];
}

const BATCH = 64;

/**
 * `caio learn`: fits a value model on labelled outcomes, for `learning.model` of a gateway's configuration.
 *
 * @throws CaioError for files that cannot be used, and `InvalidOutcomes` where no model of the table is one of a service
 */
export const learn: RunCommand<LearnOptions> = async (options, { terminal, environment }) => {
  const table = await readOutcomes(options.outcomes, options.models);
  const encoder = await openCommandEncoder(options.encoder, environment);
  const progress = new Progress("Encoding", terminal, (done) => `${String(done)} of ${String(table.prompts.length)} prompts`);
  try {
    const { columns, unknown } = columnsOf(table, await loadRegistry(options.contracts));
    const features = await featuresOf(table.prompts, encoder, progress);
    const { neighbours } = options;
    const pairs = columns.map(({ pair }) => pair);
    const model = fitValueModel(withColumns(table, columns), features, { encoderId: encoder.id, pairs, ...(neighbours === undefined ? {} : { neighbours }) });
    await writeFileWhole(options.out, `${JSON.stringify(valueModelDocument(model))}\n`);
    const nameOf = (pair: Candidate): string => columns.find((column) => column.pair.service === pair.service && column.pair.model === pair.model)?.name ?? "";
    const report: LearnedReport = {
      ...{ model: valueModelDigest(model), encoder: encoder.id, cases: features.length, features: model.dimension, neighbours: model.neighbours },
      pairs: new ValueEstimator(model).claims().map(({ micros, ...pair }) => ({ ...pair, name: nameOf(pair), meanMicros: micros })),
      unknown,
    };
    terminal.write(options.json === true ? prettyJson(report) : learnedText(report, options.out, styleOf(terminal)));
    return exitCodes.ok;
  } finally {
    progress.end();
    await encoder.close?.();
  }
};

/** A column of the table, and whose it is. */
interface Column {
  readonly place: number;
  readonly name: string;
  readonly pair: Candidate;
}

/** The columns whose model is that of a service: by its own name, its service's, or service/model. */
function columnsOf({ models, scores }: OutcomeTable, registry: RegistrySnapshot): { readonly columns: readonly Column[]; readonly unknown: readonly string[] } {
  const all = registry.services.flatMap(({ contract }) => candidateModels(contract).map((model): Candidate => ({ service: contract.serviceId, model })));
  const columns: Column[] = [];
  for (const [place, { id }] of models.entries()) {
    const pairs = all.filter(({ service, model }) => id === model || id === service || id === `${service}/${model ?? ""}`);
    if (pairs.length > 1) {
      throw new CaioError("InvalidOutcomes", `Found model "${id}" at several places (${pairs.map(({ service, model }) => `${service}/${model ?? ""}`).join(", ")}), expected one: name it service/model in the table.`);
    }
    const [pair] = pairs;
    if (pair === undefined) continue;
    const other = columns.find((column) => compareCandidates(column.pair, pair) === 0);
    if (other !== undefined) throw new CaioError("InvalidOutcomes", `Found models "${other.name}" and "${id}", which are one pair (${pair.service}/${pair.model ?? ""}), expected one column for it: leave one out.`);
    if (!scores.some((score, at) => at % models.length === place && !Number.isNaN(score))) {
      throw new CaioError("InvalidOutcomes", `Found no score of model "${id}", expected at least one: leave its column out.`);
    }
    columns.push({ place, name: id, pair });
  }
  if (columns.length === 0) {
    throw new CaioError("InvalidOutcomes", `None of the table's models (${models.slice(0, 5).map(({ id }) => id).join(", ")}) is one of a service in the folder: one is found by its model, its service, or service/model.`);
  }
  return { columns, unknown: models.map(({ id }) => id).filter((id) => !columns.some(({ name }) => name === id)) };
}

function withColumns(table: OutcomeTable, columns: readonly Column[]): OutcomeTable {
  const numbers = table.prompts.flatMap((_, prompt) => columns.map(({ place }) => table.scores[prompt * table.models.length + place] ?? Number.NaN));
  return { prompts: table.prompts, models: columns.flatMap(({ place }) => table.models[place] ?? []), scores: Float64Array.from(numbers) };
}

async function featuresOf(prompts: readonly string[], encoder: CommandEncoder, progress: Progress): Promise<readonly FeatureVector[]> {
  const result: FeatureVector[] = [];
  for (let at = 0; at < prompts.length; at += BATCH) {
    const batch = prompts.slice(at, at + BATCH);
    const features = await Promise.all(batch.map(async (prompt) => await encoder.features?.(prompt)));
    result.push(...features.filter((each) => each !== undefined));
    progress.add(batch.length);
  }
  if (result.length === prompts.length) return result;
  throw new CaioError("InvalidField", `The encoder ${encoder.id} shows nothing that could be learned on. Choose another: --encoder hashing or use.`);
}
