import { HashingEncoder, quantiseFeatures } from "@caio/control";
import type { FeatureVector } from "@caio/contracts";
import { openUseEncoder } from "@caio/encoder-use";

/** Encoders that the benchmark can learn on. */
export const encoders = ["use", "hashing"] as const;
export type EncoderName = (typeof encoders)[number];

/** A prompt as its methods see it. */
export interface PromptFeatures {
  /** What the plain methods see: the encoder's vector alone. */
  readonly plain: FeatureVector;
  /** What a request would carry. */
  readonly features: FeatureVector;
}

const BATCH = 64;
/** The first numbers of its features are the model's. */
const USE_DIMENSIONS = 512;

/** The features of all prompts, in their order. */
export async function promptFeatures(prompts: readonly string[], name: EncoderName, progress: (done: number) => void): Promise<readonly PromptFeatures[]> {
  const hashing = new HashingEncoder();
  if (name === "hashing") return prompts.map((prompt) => both(hashing.features(prompt), hashing.features(prompt)));
  const encoder = openUseEncoder();
  const result: PromptFeatures[] = [];
  try {
    for (let at = 0; at < prompts.length; at += BATCH) {
      const batch = prompts.slice(at, at + BATCH);
      const encodings = await encoder.encodeAll(batch);
      encodings.forEach(({ features = [] }) => result.push(both(quantiseFeatures(features.slice(0, USE_DIMENSIONS)), features)));
      progress(result.length);
    }
    return result;
  } finally {
    await encoder.close();
  }
}

function both(plain: FeatureVector, features: FeatureVector): PromptFeatures {
  return { plain, features };
}
