import { CaioError } from "@caio/core";
import { readOutcomesCsv, readPrices, readUlab, type OutcomeTable } from "@caio/learning";

import { readText } from "./read-text.ts";

const MAX_BYTES = 268_435_456;

/**
 * A table of labelled outcomes: CSV by its name's end, else JSON; with the prices of its models.
 *
 * @throws CaioError `NotFound`, `InvalidOutcomes`
 */
export async function readOutcomes(file: string, modelsFile: string): Promise<OutcomeTable> {
  const models = jsonIn(await readText(modelsFile, "InvalidOutcomes", MAX_BYTES), modelsFile);
  const text = await readText(file, "InvalidOutcomes", MAX_BYTES);
  if (!file.toLowerCase().endsWith(".csv")) return readUlab(jsonIn(text, file), models);
  return readOutcomesCsv(text, readPrices(models));
}

function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CaioError("InvalidOutcomes", `${file}: found no JSON.`, { details: { file } });
  }
}
