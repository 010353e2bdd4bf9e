import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { digest } from "@caio/core";

import { promptFeatures, type EncoderName, type PromptFeatures } from "./prompt-features.ts";

/**
 * `promptFeatures`, kept in a file and read back from it if it holds the features of just these prompts by this encoder: encoding some thousand
 * prompts with a model takes minutes. The file is a line of JSON and, per prompt, its numbers as 32-bit integers.
 */
export async function keptFeatures(file: string | undefined, prompts: readonly string[], encoder: EncoderName, progress: (done: number) => void): Promise<readonly PromptFeatures[]> {
  const named = digest(["caio-kept-vectors-v1", encoder, prompts.map((prompt) => JSON.stringify(prompt))]);
  const kept = file === undefined || !existsSync(file) ? undefined : readKept(readFileSync(file), named);
  if (kept !== undefined) return kept;
  const made = await promptFeatures(prompts, encoder, progress);
  if (file !== undefined) writeFileSync(file, written(made, named));
  return made;
}

interface Head {
  readonly named: string;
  readonly plain: number;
  readonly features: number;
}

function written(made: readonly PromptFeatures[], named: string): Buffer {
  const head: Head = { named, plain: made[0]?.plain.length ?? 0, features: made[0]?.features.length ?? 0 };
  const numbers = new Int32Array(made.length * (head.plain + head.features));
  made.forEach(({ plain, features }, index) => {
    numbers.set(plain, index * (head.plain + head.features));
    numbers.set(features, index * (head.plain + head.features) + head.plain);
  });
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), Buffer.from(numbers.buffer)]);
}

function readKept(bytes: Buffer, named: string): readonly PromptFeatures[] | undefined {
  const end = bytes.indexOf("\n");
  const head = JSON.parse(bytes.toString("utf8", 0, Math.max(0, end)) || "{}") as Partial<Head>;
  if (head.named !== named || head.plain === undefined || head.features === undefined) return undefined;
  const row = head.plain + head.features;
  const body = bytes.subarray(end + 1);
  const numbers = new Int32Array(body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength));
  return Array.from({ length: numbers.length / row }, (_, index) => ({
    plain: [...numbers.subarray(index * row, index * row + (head.plain ?? 0))],
    features: [...numbers.subarray(index * row + (head.plain ?? 0), (index + 1) * row)],
  }));
}
