import type { Api, FeatureVector, Field, Locality } from "@caio/contracts";
import { withinDeadline } from "@caio/contracts/executor";
import { MAX_VECTOR, VectorEncoder, type AsyncEncoder, type TextEncoding } from "@caio/control";
import { CaioError, isCaioError } from "@caio/core";

import { requireJson } from "../http/answer.ts";
import { placeOf } from "../http/call-request.ts";
import type { HttpPlace } from "../http/http-place.ts";
import { HttpReach, type HttpReachOptions } from "../http/http-reach.ts";
import { transportError } from "../http/transport-error.ts";
import { embeddingsOf } from "./embeddings-answer.ts";

/** Which model is asked, and how. */
export interface EmbeddingsEncoderOptions {
  /** What `/embeddings` comes after: `https://api.example.com/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** How many numbers a vector of the model has: another number is an error. More than 1 024 are folded (`quantiseFeatures`). */
  readonly dimensions: number;
  /** Ask for that many, of a model that can give fewer than it has. */
  readonly askDimensions?: boolean;
  /** `local` and `on_device` mean this machine; else only public addresses are called, unless `http.allow` says otherwise. */
  readonly locality?: Locality;
  /** A reference to a secret, never the secret: `http.resolveSecret` yields it. */
  readonly auth?: NonNullable<Api["auth"]>;
  /** Of one call, its second try included. Default 5000. */
  readonly timeoutMs?: number;
  /** Texts of one call. Default 32. */
  readonly batchTexts?: number;
  /** Calls at a time. Default 4. */
  readonly calls?: number;
  /** Longest text that is sent, UTF-16 code units; what is longer is cut. Default 8192. */
  readonly maxUnits?: number;
  /** Default: of what is said here, all that changes a vector. A model that changes behind its name needs another id. */
  readonly id?: string;
  readonly http?: HttpReachOptions;
}

/** Bytes of an answer beside its numbers, and of a number. */
const ANSWER = { bytes: 65_536, number: 32 } as const;
/** Before the second try, milliseconds, unless the endpoint says when to come back. */
const BACKOFF_MS = 100;
/** Who is to come back later than this is told so. */
const MAX_BACKOFF_MS = 1000;

/**
 * An encoder behind any endpoint that speaks OpenAI's `/v1/embeddings`. It sees every text that is encoded: name one that may.
 *
 * An answer with other texts, another number of dimensions or what is no finite number is an error, and nothing of it is used. A call that
 * fails because the endpoint is away (connection, 429, 502, 503) is tried once more, within its time.
 *
 * @example
 * ```ts
 * import { EmbeddingsEncoder } from "@caio/adapters";
 *
 * const encoder = new EmbeddingsEncoder({ baseUrl: "http://127.0.0.1:8000/v1", model: "use-lite-en", dimensions: 512, locality: "local" });
 * encoder.id; // "openai:use-lite-en/512/8192/caio-1"
 * await encoder.close();
 * ```
 */
export class EmbeddingsEncoder implements AsyncEncoder {
  readonly id: string;
  readonly #options: EmbeddingsEncoderOptions;
  readonly #place: HttpPlace;
  readonly #reach: HttpReach;
  readonly #encoder: VectorEncoder;
  readonly #closing = new AbortController();

  /** @throws CaioError `InvalidField` for dimensions that no vector can have, and an id that no certificate can hold; `ServiceUnavailable` for what is no http(s) URL without credentials */
  constructor(options: EmbeddingsEncoderOptions) {
    const { baseUrl, model, dimensions, locality, auth, batchTexts = 32, calls = 4, maxUnits = 8192, id, http = {} } = options;
    if (!Number.isSafeInteger(dimensions) || dimensions < 1 || dimensions > MAX_VECTOR) {
      throw new CaioError("InvalidField", `Found ${String(dimensions)} dimensions, expected 1 to ${String(MAX_VECTOR)}.`, { details: { field: "dimensions" } });
    }
    const ownId = id ?? `openai:${model}/${String(dimensions)}/${String(maxUnits)}/caio-1`;
    // Certificates and world files hold no other.
    if (!/^[^\s\p{C}]{1,128}$/u.test(ownId)) throw new CaioError("InvalidField", `Found an encoder's id of ${String(ownId.length)} characters, expected 1 to 128 without white space. Give it an id.`, { details: { field: "id" } });
    this.#options = options;
    this.#place = {
      serviceId: "encoder",
      privacy: { compliance: [], ...(locality === undefined ? {} : { dataLocality: locality }) },
      api: { protocol: "openai", baseUrl, endpoints: [], ...(auth === undefined ? {} : { auth }) },
    };
    placeOf(this.#place, "/embeddings");
    this.#reach = new HttpReach(http, { maxResponseBytes: ANSWER.bytes + ANSWER.number * dimensions * batchTexts, maxConnections: calls });
    this.#encoder = new VectorEncoder({
      id: ownId,
      ...{ dimensions, maxUnits, batch: { texts: batchTexts, units: 8 * maxUnits, calls } },
      vectorsOf: (texts) => this.#vectorsOf(texts),
    });
    this.id = this.#encoder.id;
  }

  /** @throws CaioError `ServiceUnavailable`, `DeadlineExceeded`, `ExecutionFailed`, `Overloaded` */
  async encode(text: string): Promise<Field> {
    return await this.#encoder.encode(text);
  }

  async features(text: string): Promise<FeatureVector> {
    return await this.#encoder.features(text);
  }

  async encodeAll(texts: readonly string[]): Promise<readonly TextEncoding[]> {
    return await this.#encoder.encodeAll(texts);
  }

  /** Ends its connections. What is under way fails. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#reach.close();
  }

  async #vectorsOf(texts: readonly string[]): Promise<readonly (readonly number[])[]> {
    const bound = { contract: this.#place, deadlineUs: (this.#options.timeoutMs ?? 5000) * 1000 };
    return await withinDeadline(bound, this.#closing.signal, async (signal) => {
      try {
        return await this.#ask(texts, signal);
      } catch (error) {
        if (!isCaioError(error, "ServiceUnavailable") || signal.aborted) throw error;
        const { retry_after_ms: after = BACKOFF_MS } = error.details;
        if (typeof after !== "number" || after > MAX_BACKOFF_MS) throw error;
        await pause(after, signal);
        return await this.#ask(texts, signal);
      }
    });
  }

  async #ask(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]> {
    const { model, dimensions, askDimensions } = this.#options;
    const asked = { model, input: texts, encoding_format: "float", ...(askDimensions === true ? { dimensions } : {}) };
    const request = { ...placeOf(this.#place, "/embeddings"), method: "POST" as const, headers: { accept: "application/json", "content-type": "application/json" }, body: JSON.stringify(asked) };
    try {
      const { statusCode, headers, body } = await this.#reach.send(request, this.#place, signal);
      const bytes = await body.bytes();
      requireJson(statusCode, headers, bytes, this.#place);
      return embeddingsOf(bytes, texts.length, this.#place);
    } catch (error) {
      throw transportError(error, this.#place);
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
