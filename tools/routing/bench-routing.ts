/**
 * `npm run bench:routing -- --data DIR --format ulab|csv [--test DIR] [--encoder use|hashing] [--seed N] [--output-tokens N] [--vectors FILE]
 * [--choices FILE] [--json]`: how well prompts are given to models, learned from outcomes, against single models, chance, an oracle and plain methods.
 *
 * DIR holds `models.json` (`{"<model>": {"input_price", "output_price"}}`, money per million tokens) and `outcomes.json` (`[{"question", "scores"}]`) or
 * `outcomes.csv` (`prompt,<model>,…`). With `--test` all of `--data` is learned from and the other folder is judged on.
 */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";

import { isCaioError } from "@caio/core";

import { keptFeatures } from "./kept-vectors.ts";
import { encoders, type EncoderName } from "./prompt-features.ts";
import { formats, readOutcomes, type Format } from "./routing-data.ts";
import { reportOf } from "./routing-report.ts";
import { routingTable } from "./routing-table.ts";
import { runRouting, type RoutingRun, type SeenTable } from "./run-routing.ts";

const usage = "npm run bench:routing -- --data DIR --format ulab|csv [--test DIR] [--encoder use|hashing] [--seed N] [--output-tokens N] [--vectors FILE] [--choices FILE] [--json]";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string" }, test: { type: "string" }, format: { type: "string", default: "ulab" }, encoder: { type: "string", default: "use" },
      seed: { type: "string", default: "1" }, "output-tokens": { type: "string", default: "256" },
      vectors: { type: "string" }, choices: { type: "string" }, json: { type: "boolean", default: false },
    },
  });
  const { data } = values;
  const format = formats.find((each) => each === values.format);
  const encoder = encoders.find((each) => each === values.encoder);
  const [seed, outputTokens] = [Number(values.seed), Number(values["output-tokens"])];
  if (data === undefined || format === undefined || encoder === undefined || !Number.isSafeInteger(seed) || !Number.isSafeInteger(outputTokens) || outputTokens < 0) {
    process.stderr.write(`Usage: ${usage}\n`);
    process.exitCode = 2;
    return;
  }
  if (values.choices !== undefined) writeFileSync(values.choices, "");
  const progress = (step: string): void => void process.stderr.write(`${step}\n`);
  const own = await seenTable(data, format, encoder, values.vectors, progress);
  const other = values.test === undefined ? undefined : await seenTable(values.test, format, encoder, values.vectors === undefined ? undefined : `${values.vectors}.test`, progress);
  const run = runRouting(own, { seed, outputTokens, other, progress: (name) => { progress(`Fitting ${name} …`); } });
  progress("Drawing the test prompts again for intervals …");
  const report = reportOf(run, seed);
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : routingTable(report, { encoder, outputTokens }));
  if (values.choices !== undefined) writeFileSync(values.choices, choicesOf(run));
}

async function seenTable(folder: string, format: Format, encoder: EncoderName, kept: string | undefined, progress: (step: string) => void): Promise<SeenTable> {
  const table = readOutcomes(folder, format);
  progress(`${String(table.prompts.length)} prompts, ${String(table.models.length)} models in ${folder}`);
  let said = 0;
  const seen = await keptFeatures(kept, table.prompts, encoder, (done) => {
    if (done - said < 512 && done < table.prompts.length) return;
    said = done;
    progress(`Encoded ${String(done)} of ${String(table.prompts.length)}`);
  });
  return { table, seen };
}

/** CSV: per test prompt (by its place in the test part) and trade-off of this project's method the model chosen. The deployed trade-off is marked. */
function choicesOf({ judged, models, testPrompts }: RoutingRun): string {
  const own = judged.at(-1);
  if (own === undefined) return "";
  const prompts = testPrompts.map((prompt) => `"${prompt.replaceAll('"', '""')}"`);
  const lines = own.curve.flatMap(({ trade, choice }) =>
    prompts.map((prompt, at) => `${trade === Infinity ? "inf" : String(trade)},${trade === own.deployedTrade ? "1" : "0"},${models[choice[at] ?? 0]?.id ?? ""},${prompt}`),
  );
  return ["trade,deployed,model,prompt", ...lines, ""].join("\n");
}

/** Flags that there are none of, and files that cannot be read or written. */
function isOfTheCaller(error: unknown): error is Error {
  return error instanceof Error && "code" in error && typeof error.code === "string" && /^(ERR_PARSE_ARGS_|ENOENT|ENOTDIR|EISDIR|EACCES)/.test(error.code);
}

try {
  await main();
} catch (error) {
  if (!isCaioError(error) && !isOfTheCaller(error)) throw error;
  process.stderr.write(`${error.message}\nUsage: ${usage}\n`);
  process.exitCode = isCaioError(error) ? 1 : 2;
}
