import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { CaioError } from "@caio/core";
import { estimatedTokens, readOutcomesCsv, readPrices, readUlab, type OutcomeTable, type PromptMatrix } from "@caio/learning";

/** The forms that outcomes can have. */
export const formats = ["ulab", "csv"] as const;
export type Format = (typeof formats)[number];

/**
 * The outcomes of a folder: `models.json` with prices and, by format, `outcomes.json` or `outcomes.csv`.
 *
 * @throws CaioError `InvalidOutcomes`
 */
export function readOutcomes(folder: string, format: Format): OutcomeTable {
  const models = parsedJson(join(folder, "models.json"));
  if (format === "ulab") return readUlab(parsedJson(join(folder, "outcomes.json")), models);
  return readOutcomesCsv(read(join(folder, "outcomes.csv")), readPrices(models));
}

/** What each prompt would cost at each model, by its length and `outputTokens` of answer. Estimates, weighted by price. */
export function estimatedCosts({ prompts, models }: OutcomeTable, outputTokens: number): PromptMatrix {
  const numbers = prompts.flatMap((prompt) => models.map(({ inputPrice, outputPrice }) => (estimatedTokens(prompt) * inputPrice + outputTokens * outputPrice) / 1e6));
  return { width: models.length, numbers: Float64Array.from(numbers) };
}

function parsedJson(path: string): unknown {
  try {
    return JSON.parse(read(path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CaioError("InvalidOutcomes", `${path} is no JSON: ${error.message}`);
  }
}

function read(path: string): string {
  if (existsSync(path)) return readFileSync(path, "utf8");
  throw new CaioError("InvalidOutcomes", `Found no ${path}. A data folder has models.json, and outcomes.json (--format ulab) or outcomes.csv (--format csv).`);
}
