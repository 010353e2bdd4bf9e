import { readFileSync } from "node:fs";

import { openUseEncoder } from "@caio/encoder-use";

/** Prompts encoded at once. */
const TOGETHER = 256;

/** Where an experiment has its vectors from: an encoder by name, or a file that holds those of all prompts. */
export interface VectorSource {
  readonly encoder: string;
  /** Little-endian floats of 32 bits, a prompt's numbers beside each other, in the order of the prompts. */
  readonly vectors?: string | undefined;
}

/** What learning sees of each prompt; undefined for the hashing encoder, which needs no preparing. */
export async function featuresFrom({ encoder, vectors }: VectorSource, prompts: readonly string[]): Promise<readonly ArrayLike<number>[] | undefined> {
  if (vectors !== undefined) return vectorsOf(vectors, prompts.length);
  return encoder === "use" ? await encodedPrompts(prompts) : undefined;
}

function vectorsOf(path: string, count: number): readonly ArrayLike<number>[] {
  const bytes = readFileSync(path);
  const width = bytes.length / 4 / count;
  if (!Number.isInteger(width) || width === 0) throw new Error(`${path}: found ${String(bytes.length)} bytes, expected 4 for each number of ${String(count)} vectors of one length.`);
  return Array.from({ length: count }, (_, row) => Array.from({ length: width }, (__, at) => bytes.readFloatLE(4 * (row * width + at))));
}

async function encodedPrompts(prompts: readonly string[]): Promise<readonly ArrayLike<number>[]> {
  const encoder = openUseEncoder({ timeoutMs: 300_000 });
  const features: ArrayLike<number>[] = [];
  try {
    for (let from = 0; from < prompts.length; from += TOGETHER) {
      const encoded = await encoder.encodeAll(prompts.slice(from, from + TOGETHER));
      for (const { features: vector } of encoded) features.push(vector ?? []);
    }
  } finally {
    await encoder.close();
  }
  return features;
}
