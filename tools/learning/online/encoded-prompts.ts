import { existsSync, readFileSync, writeFileSync } from "node:fs";

import type { FeatureVector, Field } from "@caio/contracts";
import { HashingEncoder, prepareFields, quantiseFeatures, type PreparedFields } from "@caio/control";
import { openUseEncoder } from "@caio/encoder-use";

/** A prompt as learning sees it. */
export interface EncodedPrompt {
  readonly intent: Field;
  readonly features: FeatureVector;
  readonly prepared: PreparedFields;
}

/** The prompts with hashed features, or with those of sentence embeddings (a minute for 5 600); the field is the hashed one either way. */
export async function encodePrompts(prompts: readonly string[], kind: "hash" | "use", vectors?: string): Promise<readonly EncodedPrompt[]> {
  const hashing = new HashingEncoder();
  const features = kind === "hash" ? prompts.map((prompt) => hashing.features(prompt)) : await embedded(prompts, vectors);
  return prompts.map((prompt, at) => {
    const each = { intent: hashing.encode(prompt), features: features[at] ?? [] };
    return { ...each, prepared: prepareFields({ ...each, context: [] }) };
  });
}

/** @param vectors - a file of little-endian float32, prompt by prompt: read if it is there, else written */
async function embedded(prompts: readonly string[], vectors: string | undefined): Promise<readonly FeatureVector[]> {
  if (vectors !== undefined && existsSync(vectors)) {
    const bytes = readFileSync(vectors);
    const width = bytes.length / 4 / prompts.length;
    return prompts.map((_, at) => quantiseFeatures(Float32Array.from({ length: width }, (_each, i) => bytes.readFloatLE(4 * (at * width + i)))));
  }
  const encoder = openUseEncoder({ timeoutMs: 120_000 });
  try {
    const found = (await encoder.encodeAll(prompts)).map(({ features }) => features ?? []);
    if (vectors !== undefined) writeFileSync(vectors, new Uint8Array(Float32Array.from(found.flat(), (value) => value / 1_000_000).buffer));
    return found;
  } finally {
    await encoder.close();
  }
}
