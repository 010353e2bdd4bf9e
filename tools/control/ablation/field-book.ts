import type { Field } from "@caio/contracts";
import type { AsyncEncoder, Encoder, TextEncoding } from "@caio/control";

/** Texts that go to the encoder together, where it takes several. */
const BATCH = 32;

/** An encoder that keeps every field it ever gave: each text is encoded once. */
export class FieldBook implements AsyncEncoder {
  readonly id: string;
  readonly #encoder: Encoder | AsyncEncoder;
  readonly #known = new Map<string, Field>();

  constructor(encoder: Encoder | AsyncEncoder) {
    this.id = encoder.id;
    this.#encoder = encoder;
  }

  /** The fields of texts, in their order. */
  async fieldsOf(texts: readonly string[]): Promise<readonly Field[]> {
    const missing = [...new Set(texts)].filter((text) => !this.#known.has(text));
    for (let from = 0; from < missing.length; from += BATCH) {
      const batch = missing.slice(from, from + BATCH);
      const fields = await this.#encodedOf(batch);
      batch.forEach((text, at) => this.#known.set(text, fields[at] ?? []));
    }
    return texts.map((text) => this.#known.get(text) ?? []);
  }

  async encode(text: string): Promise<Field> {
    return (await this.fieldsOf([text]))[0] ?? [];
  }

  async encodeAll(texts: readonly string[]): Promise<readonly TextEncoding[]> {
    return (await this.fieldsOf(texts)).map((field) => ({ field }));
  }

  async #encodedOf(texts: readonly string[]): Promise<readonly Field[]> {
    const encoder = this.#encoder;
    if (isBatching(encoder)) return (await encoder.encodeAll(texts)).map(({ field }) => field);
    return await Promise.all(texts.map(async (text) => await encoder.encode(text)));
  }
}

function isBatching(encoder: Encoder | AsyncEncoder): encoder is AsyncEncoder & Required<Pick<AsyncEncoder, "encodeAll">> {
  return "encodeAll" in encoder;
}
