import { readFileSync } from "node:fs";
import { join } from "node:path";

import { HashingEncoder } from "@caio/control";
import { estimatedTokens, readUlab, scoreAt, type OutcomeTable } from "@caio/learning";

/** Output tokens that every call is counted with: the table says none. */
const OUTPUT_TOKENS = 256;

/** Outcomes of prompts that were put to every model, with what learning sees of them. */
export interface PromptWorld {
  readonly table: OutcomeTable;
  /** Unit vectors, a prompt's numbers beside each other. */
  readonly vectors: Float64Array;
  readonly width: number;
  /** Cosine of two prompts by place. */
  readonly cosine: (one: number, other: number) => number;
  readonly score: (prompt: number, model: number) => number;
  /** Money of one call. */
  readonly cost: (prompt: number, model: number) => number;
  readonly modelNamed: (id: string) => number;
}

/** The outcomes of `CAIO_DATA`/ulab-llmrouter, or undefined where the variable is not set. */
export function readOutcomes(folder: string | undefined): OutcomeTable | undefined {
  if (folder === undefined || folder === "") return undefined;
  const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, "ulab-llmrouter", name), "utf8"));
  return readUlab(json("outcomes.json"), json("models.json"));
}

/** @param features - of each prompt; unless said, those of the hashing encoder */
export function promptWorld(table: OutcomeTable, features?: readonly ArrayLike<number>[]): PromptWorld {
  const encoder = new HashingEncoder();
  const seen = features ?? table.prompts.map((prompt) => encoder.features(prompt));
  const width = seen[0]?.length ?? 0;
  const vectors = new Float64Array(seen.length * width);
  seen.forEach((vector, row) => { vectors.set(unit(vector), row * width); });
  const tokens = table.prompts.map(estimatedTokens);
  const ids = new Map(table.models.map(({ id }, at) => [id, at]));
  return {
    ...{ table, vectors, width, cosine: cosines(vectors, width) },
    score: (prompt, model) => scoreAt(table, prompt, model),
    cost: (prompt, model) => {
      const priced = table.models[model];
      return ((tokens[prompt] ?? 0) * (priced?.inputPrice ?? 0) + OUTPUT_TOKENS * (priced?.outputPrice ?? 0)) / 1_000_000;
    },
    modelNamed: (id) => {
      const at = ids.get(id);
      if (at === undefined) throw new Error(`The outcomes have no model ${id}.`);
      return at;
    },
  };
}

function unit(vector: ArrayLike<number>): Float64Array {
  const result = Float64Array.from(vector);
  let square = 0;
  for (const value of result) square += value * value;
  const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
  return result.map((value) => value * scale);
}

/** All pairs once, in single precision: they are asked for again and again. */
function cosines(vectors: Float64Array, width: number): PromptWorld["cosine"] {
  const count = vectors.length / width;
  const lower = new Float32Array((count * (count + 1)) / 2);
  for (let one = 0, at = 0; one < count; one++) {
    for (let other = 0; other <= one; other++, at++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (vectors[one * width + k] ?? 0) * (vectors[other * width + k] ?? 0);
      lower[at] = sum;
    }
  }
  return (one, other) => lower[one >= other ? (one * (one + 1)) / 2 + other : (other * (other + 1)) / 2 + one] ?? 0;
}
