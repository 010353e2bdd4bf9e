import type { FeatureVector, Field } from "@caio/contracts";
import { VectorEncoder, type AsyncEncoder, type TextEncoding } from "@caio/control";

import { UseThread } from "./use-thread.ts";

/** Longest text that the model is given, UTF-16 code units, about a thousand tokens; what is longer is cut. */
export const MAX_TEXT_UNITS = 4096;

export interface UseOptions {
  /** How long a batch may take, milliseconds, before the thread is ended and its texts fail. Default 60 000. */
  readonly timeoutMs?: number;
}

/** The Universal Sentence Encoder behind the `Encoder` port. */
export interface UseEncoder extends AsyncEncoder {
  features(text: string): Promise<FeatureVector>;
  encodeAll(texts: readonly string[]): Promise<readonly TextEncoding[]>;
  /** Loads the model now and not with the first text. @throws CaioError `ServiceUnavailable` if it cannot be loaded */
  ready(): Promise<void>;
  /** Ends its thread. What is under way fails. */
  close(): Promise<void>;
}

/**
 * The Universal Sentence Encoder, lite, English (512 numbers, 8 000 word pieces), from the files that come with its package: nothing is
 * fetched and nothing is printed. The model runs in a thread of its own, which starts with the first text.
 *
 * Features are its vector, quantised, beside what the form of the text shows (`joinFeatures`); the field is the projection of the vector
 * (`projectFeatures`). Texts are cut to 4 096 UTF-16 code
 * units, and go to the model up to 32 together. The last digit of a number may depend on the texts beside it and on the processor: what it
 * returns is an input of the decision, and kept with it.
 *
 * @example
 * ```ts
 * import { openUseEncoder } from "@caio/encoder-use";
 *
 * const encoder = openUseEncoder();
 * (await encoder.features("Which language is this?")).length; // 1024
 * await encoder.close();
 * ```
 */
export function openUseEncoder(options: UseOptions = {}): UseEncoder {
  const thread = new UseThread(options.timeoutMs ?? 60_000);
  const encoder = new VectorEncoder({
    id: "use-lite-en-0.2.0/caio-1",
    dimensions: 512,
    maxUnits: MAX_TEXT_UNITS,
    batch: { texts: 32, units: 8192, calls: 1 },
    vectorsOf: (texts) => thread.vectorsOf(texts),
  });
  return {
    id: encoder.id,
    encode: (text): Promise<Field> => encoder.encode(text),
    features: (text) => encoder.features(text),
    encodeAll: (texts) => encoder.encodeAll(texts),
    ready: () => thread.ready(),
    close: () => thread.close(),
  };
}
