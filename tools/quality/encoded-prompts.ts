import { openUseEncoder } from "@caio/encoder-use";

/** Prompts encoded at once. */
const TOGETHER = 256;

/** What learning sees of each prompt through the sentence encoder. */
export async function encodedPrompts(prompts: readonly string[]): Promise<readonly ArrayLike<number>[]> {
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
