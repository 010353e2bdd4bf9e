import type { FeatureVector, Field } from "@caio/contracts";
import { CaioError, sha256Hex, type Digest } from "@caio/core";

import type { AsyncEncoder, Encoder, TextEncoding } from "./encoder.ts";

/** How much a cache keeps, and what its keys are made with. */
export interface CacheLimits {
  /** Encodings that are kept; 1024 unless said, 0 for none. */
  readonly entries?: number;
  /** Bytes that they take, about; 16 MiB unless said. */
  readonly bytes?: number;
  /** Goes before every text under a key, so that keys say nothing to who can guess the texts: 32 random bytes, fresh for each process. */
  readonly salt?: Uint8Array;
}

/** What is asked for beside fields, and for whom. */
export interface WantedEncodings {
  /** With what learning sees of the texts, if the encoder gives it. */
  readonly features?: boolean;
  /** Whose texts: how fast an answer comes tells a tenant nothing of what others asked. */
  readonly tenant?: string;
}

const DEFAULT_ENTRIES = 1024;
const DEFAULT_BYTES = 16 * 1024 * 1024;
/** Of a number in a list, and of what an entry costs beside its numbers. */
const BYTES = { number: 8, entry: 400 } as const;

/**
 * An encoder that remembers: the same text of the same tenant is encoded once while it is among those used last. Kept are the numbers under a
 * digest of the text, never the text. Who asks for a text that is being encoded waits for that one call. A failure is not kept.
 *
 * @example
 * ```ts
 * import { CachedEncoder, HashingEncoder } from "@caio/control";
 *
 * const encoder = new CachedEncoder(new HashingEncoder());
 * await encoder.encodeAll(["translate this letter", "translate this letter"]); // encoded once
 * ```
 */
export class CachedEncoder implements AsyncEncoder {
  readonly id: string;
  readonly features?: (text: string) => Promise<FeatureVector>;
  readonly #encoder: Encoder | AsyncEncoder;
  readonly #limits: { readonly entries: number; readonly bytes: number; readonly salt: Uint8Array };
  /** By key, the one that was used last at the end. */
  readonly #kept = new Map<Digest, TextEncoding>();
  /** What is being encoded, by key, with features and without. */
  readonly #running = { plain: new Map<Digest, Promise<TextEncoding>>(), featured: new Map<Digest, Promise<TextEncoding>>() };
  #bytes = 0;

  constructor(encoder: Encoder | AsyncEncoder, { entries = DEFAULT_ENTRIES, bytes = DEFAULT_BYTES, salt = new Uint8Array() }: CacheLimits = {}) {
    this.id = encoder.id;
    this.#encoder = encoder;
    this.#limits = { entries, bytes, salt };
    if (encoder.features !== undefined) this.features = async (text) => (await this.#one(text, true)).features ?? [];
  }

  /** How many encodings are kept, and about how many bytes they take. */
  get size(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#kept.size, bytes: this.#bytes };
  }

  async encode(text: string): Promise<Field> {
    return (await this.#one(text, false)).field;
  }

  /** Of each text, in their order; those that are not known go to the encoder in one call, if it takes several. */
  async encodeAll(texts: readonly string[], { features = true, tenant = "" }: WantedEncodings = {}): Promise<readonly TextEncoding[]> {
    const wanted = features && this.#encoder.features !== undefined;
    const keys = texts.map((text) => sha256Hex(this.#limits.salt, tenant, "\0", text));
    const found = new Map<Digest, Promise<TextEncoding> | undefined>();
    const missing: Digest[] = [];
    const missed: string[] = [];
    for (const [at, key] of keys.entries()) {
      if (found.has(key)) continue;
      const known = this.#known(key, wanted);
      found.set(key, known);
      if (known !== undefined) continue;
      missing.push(key);
      missed.push(texts[at] ?? "");
    }
    for (const [at, running] of this.#run(missed, wanted).entries()) {
      const key = missing[at] ?? "";
      found.set(key, this.#follow(key, running, wanted));
    }
    return await Promise.all(keys.map((key) => found.get(key) ?? Promise.reject(noEncoding())));
  }

  async #one(text: string, features: boolean): Promise<TextEncoding> {
    const [encoding] = await this.encodeAll([text], { features });
    if (encoding === undefined) throw noEncoding();
    return encoding;
  }

  #known(key: Digest, wanted: boolean): Promise<TextEncoding> | undefined {
    const kept = this.#kept.get(key);
    if (kept !== undefined && (!wanted || kept.features !== undefined)) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return Promise.resolve(kept);
    }
    return this.#running.featured.get(key) ?? (wanted ? undefined : this.#running.plain.get(key));
  }

  #run(texts: readonly string[], wanted: boolean): readonly Promise<TextEncoding>[] {
    const encoder = this.#encoder;
    if (texts.length === 0) return [];
    if (!("encodeAll" in encoder)) return texts.map((text) => encodeOne(encoder, text, wanted));
    const all = encoder.encodeAll(texts);
    return texts.map(async (_text, at) => {
      const encoding = (await all)[at];
      if (encoding === undefined) throw noEncoding();
      return encoding;
    });
  }

  /** What is being encoded, for others that ask; kept once it is there. */
  async #follow(key: Digest, encoding: Promise<TextEncoding>, wanted: boolean): Promise<TextEncoding> {
    const running = wanted ? this.#running.featured : this.#running.plain;
    running.set(key, encoding);
    try {
      const made = await encoding;
      this.#keep(key, made);
      return made;
    } finally {
      running.delete(key);
    }
  }

  #keep(key: Digest, encoding: TextEncoding): void {
    const before = this.#kept.get(key);
    // One with features came first.
    if (before?.features !== undefined && encoding.features === undefined) return;
    if (before !== undefined) this.#forget(key, before);
    this.#kept.set(key, encoding);
    this.#bytes += bytesOf(encoding);
    for (const [oldest, held] of this.#kept) {
      if (this.#kept.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) break;
      this.#forget(oldest, held);
    }
  }

  #forget(key: Digest, encoding: TextEncoding): void {
    this.#kept.delete(key);
    this.#bytes -= bytesOf(encoding);
  }
}

async function encodeOne(encoder: Encoder | AsyncEncoder, text: string, wanted: boolean): Promise<TextEncoding> {
  const field = await encoder.encode(text);
  const features = wanted ? await encoder.features?.(text) : undefined;
  return features === undefined ? { field } : { field, features };
}

function bytesOf({ field, features }: TextEncoding): number {
  return BYTES.entry + BYTES.number * (field.length + (features?.length ?? 0));
}

function noEncoding(): CaioError<"InvalidField"> {
  return new CaioError("InvalidField", "Found fewer encodings than texts, expected one for each. The encoder is at fault.", { details: {} });
}
