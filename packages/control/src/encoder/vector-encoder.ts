import { MAX_FEATURES, type FeatureVector, type Field } from "@caio/contracts";
import { CaioError, isCaioError } from "@caio/core";

import type { AsyncEncoder, TextEncoding } from "./encoder.ts";
import { HASHED_FEATURES, hashedFeatures } from "./hashed-features.ts";
import { joinFeatures } from "./join-features.ts";
import { encodeVector } from "./project-features.ts";

/** A model that gives every text a vector. */
export interface VectorModel {
  /** The id of the encoder that is made of it: model and version, and whatever else changes a vector. */
  readonly id: string;
  /** How many numbers every vector has. */
  readonly dimensions: number;
  /** Longest text that it is given, UTF-16 code units; what is longer is cut. */
  readonly maxUnits: number;
  readonly batch: BatchLimits;
  /** One vector a text, in their order. Texts are well formed, none is blank, and there are no more of them than a batch holds. */
  vectorsOf(texts: readonly string[]): Promise<readonly ArrayLike<number>[]>;
}

/** How texts go to a model together. */
export interface BatchLimits {
  /** Texts of one call. */
  readonly texts: number;
  /** Code units of one call, unless one text alone has more. */
  readonly units: number;
  /** Calls at a time. */
  readonly calls: number;
}

/** A text that waits for its vector. */
interface Waiting {
  readonly text: string;
  readonly done: (encoding: TextEncoding) => void;
  readonly failed: (error: unknown) => void;
}

/** Texts that may wait at a time, so that a model that is slow is said to be so. */
const MAX_WAITING = 4096;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * An encoder made of a model: its vectors are quantised once to features, and the field is their projection (`encodeVector`). Where there is room (a
 * vector of at most 512 numbers), the features are joined with what the words and the form of the text show (`hashedFeatures`): the two know
 * different things of how hard a text is.
 *
 * Texts that are asked for in one turn, or while calls are under way, go together; one of each who asks, in turn. A text is cut to what the model takes; a blank one gives
 * zeros and is not asked for. A batch that is refused is asked for text by text, so that nobody's text fails for another's.
 *
 * @example
 * ```ts
 * import { VectorEncoder } from "@caio/control";
 *
 * const letters = { id: "letters-1", dimensions: 26, maxUnits: 1000, batch: { texts: 16, units: 10_000, calls: 1 } };
 * const encoder = new VectorEncoder({
 *   ...letters,
 *   vectorsOf: (texts) => Promise.resolve(texts.map((text) => [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => text.split(letter).length))),
 * });
 * (await encoder.features("a letter")).length; // 538: 26 of the model, 512 of the words and the form
 * ```
 */
export class VectorEncoder implements AsyncEncoder {
  readonly id: string;
  readonly #model: VectorModel;
  /** What was asked for together, in the order in which it gets its turn. */
  readonly #asked: Waiting[][] = [];
  #waiting = 0;
  #calls = 0;
  #scheduled = false;

  constructor(model: VectorModel) {
    this.id = model.id;
    this.#model = model;
  }

  async encode(text: string): Promise<Field> {
    return (await this.#encoding(text, [])).field;
  }

  async features(text: string): Promise<FeatureVector> {
    return (await this.#encoding(text, [])).features ?? [];
  }

  /** @throws CaioError what the model throws; `ExecutionFailed` for an answer that is none; `Overloaded` if too many texts wait */
  async encodeAll(texts: readonly string[]): Promise<readonly TextEncoding[]> {
    const together: Waiting[] = [];
    return await Promise.all(texts.map((text) => this.#encoding(text, together)));
  }

  async #encoding(text: string, together: Waiting[]): Promise<TextEncoding> {
    const shown = cut(text, this.#model.maxUnits);
    if (shown.trim() === "") return this.#encodingOf(new Float64Array(Math.min(this.#model.dimensions, MAX_FEATURES)), "");
    if (this.#waiting >= MAX_WAITING) {
      throw new CaioError("Overloaded", `${String(MAX_WAITING)} texts wait for the encoder ${this.id}. Ask again later.`, { details: { encoder: this.id } });
    }
    return await new Promise<TextEncoding>((done, failed) => {
      if (together.length === 0) this.#asked.push(together);
      together.push({ text: shown, done, failed });
      this.#waiting += 1;
      this.#schedule();
    });
  }

  /** The field is of the vector alone; the features are joined with what the form of the text shows, where both have room. */
  #encodingOf(vector: ArrayLike<number>, text: string): Required<TextEncoding> {
    const encoding = encodeVector(vector);
    if (encoding.features.length > MAX_FEATURES - HASHED_FEATURES) return encoding;
    return { ...encoding, features: joinFeatures(encoding.features, hashedFeatures(text)) };
  }

  /** After this turn, in which others may ask, too. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      while (this.#waiting > 0 && this.#calls < this.#model.batch.calls) void this.#call(this.#nextBatch());
    });
  }

  /** One text of each who asks, in turn, so that nobody waits for all of another's. */
  #nextBatch(): readonly Waiting[] {
    const { texts, units } = this.#model.batch;
    const batch: Waiting[] = [];
    let size = 0;
    while (batch.length < texts) {
      const together = this.#asked[0];
      const next = together?.[0];
      if (together === undefined || next === undefined || (batch.length > 0 && size + next.text.length > units)) break;
      batch.push(next);
      size += next.text.length;
      together.shift();
      this.#asked.shift();
      if (together.length > 0) this.#asked.push(together);
    }
    this.#waiting -= batch.length;
    return batch;
  }

  async #call(batch: readonly Waiting[]): Promise<void> {
    this.#calls += 1;
    try {
      await this.#serve(batch);
    } finally {
      this.#calls -= 1;
      this.#schedule();
    }
  }

  async #serve(batch: readonly Waiting[]): Promise<void> {
    try {
      const encodings = await this.#ask(batch.map(({ text }) => text));
      for (const [at, encoding] of encodings.entries()) batch[at]?.done(encoding);
    } catch (error) {
      if (batch.length > 1 && isCaioError(error, "ExecutionFailed")) for (const one of batch) await this.#serve([one]);
      else for (const { failed } of batch) failed(error);
    }
  }

  async #ask(texts: readonly string[]): Promise<readonly TextEncoding[]> {
    const vectors = await this.#model.vectorsOf(texts);
    const { dimensions } = this.#model;
    if (vectors.length !== texts.length) throw this.#bad(`${String(vectors.length)} vectors`, `${String(texts.length)}, one for each text`);
    const odd = vectors.find(({ length }) => length !== dimensions);
    if (odd !== undefined) throw this.#bad(`a vector of ${String(odd.length)} numbers`, String(dimensions));
    try {
      return vectors.map((vector, at) => this.#encodingOf(vector, texts[at] ?? ""));
    } catch (error) {
      if (isCaioError(error, "InvalidField")) throw this.#bad("what is no finite number in a vector", "numbers", error);
      throw error;
    }
  }

  #bad(found: string, expected: string, cause?: unknown): CaioError<"ExecutionFailed"> {
    return new CaioError("ExecutionFailed", `The encoder ${this.id} gave ${found}, expected ${expected}.`, {
      details: { encoder: this.id, found, expected },
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** At most so many code units, none of them half a character. */
function cut(text: string, maxUnits: number): string {
  const kept = text.length <= maxUnits ? text : text.slice(0, maxUnits).replace(/[\ud800-\udbff]$/, "");
  return kept.replace(LONE_SURROGATE, "\ufffd");
}
