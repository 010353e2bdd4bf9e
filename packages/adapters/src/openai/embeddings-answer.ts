import { executorError } from "@caio/contracts/executor";

import type { Named } from "../http/http-place.ts";

/**
 * The vectors of an answer of `/v1/embeddings`, in the order of the texts: `data` has one item for each, by its `index`. What the numbers are
 * worth its reader says; here they are only found.
 *
 * @throws CaioError `ExecutionFailed` for what is no such answer; it quotes nothing
 */
export function embeddingsOf(body: Uint8Array, texts: number, place: Named): readonly (readonly number[])[] {
  const data = member(parse(body, place), "data");
  if (!Array.isArray(data) || data.length !== texts) throw bad(place, `data has no ${String(texts)} items`);
  const vectors = new Array<readonly number[] | undefined>(texts).fill(undefined);
  for (const item of data as readonly unknown[]) {
    const index = member(item, "index");
    const embedding = member(item, "embedding");
    if (typeof index !== "number" || !(index in vectors) || vectors[index] !== undefined) throw bad(place, "an item of data has no index of its own");
    if (!isNumbers(embedding)) throw bad(place, "an embedding is no list of numbers");
    vectors[index] = embedding;
  }
  return vectors.filter((vector) => vector !== undefined);
}

function parse(body: Uint8Array, place: Named): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) as unknown;
  } catch {
    throw bad(place, "it is no JSON in UTF-8");
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((part) => typeof part === "number" && Number.isFinite(part));
}

function bad(place: Named, what: string): Error {
  return executorError("ExecutionFailed", place, `the answer holds no embeddings: ${what}. Name an endpoint that speaks OpenAI's embeddings API.`);
}
