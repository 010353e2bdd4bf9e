import { CaioError } from "@caio/core";
import { readOutcomesCsv, readUlab, type OutcomeTable } from "@caio/learning";
import { z } from "zod";

import { readText } from "./read-text.ts";

const MAX_BYTES = 268_435_456;
const prices = z.record(z.string(), z.object({ input_price: z.number().nonnegative(), output_price: z.number().nonnegative() }));

/**
 * A table of labelled outcomes: CSV by its name's end, else JSON; with the prices of its models.
 *
 * @throws CaioError `NotFound`, `InvalidOutcomes`
 */
export async function readOutcomes(file: string, modelsFile: string): Promise<OutcomeTable> {
  const models = jsonIn(await readText(modelsFile, "InvalidOutcomes", MAX_BYTES), modelsFile);
  const text = await readText(file, "InvalidOutcomes", MAX_BYTES);
  if (!file.toLowerCase().endsWith(".csv")) return readUlab(jsonIn(text, file), models);
  const priced = prices.safeParse(models);
  if (!priced.success) throw new CaioError("InvalidOutcomes", `${modelsFile}: found another form, expected {"model": {"input_price": 0.1, "output_price": 0.1}} with money per million tokens.`, { details: { file: modelsFile } });
  return readOutcomesCsv(text, new Map(Object.entries(priced.data).map(([id, price]) => [id, { inputPrice: price.input_price, outputPrice: price.output_price }])));
}

function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CaioError("InvalidOutcomes", `${file}: found no JSON.`, { details: { file } });
  }
}
