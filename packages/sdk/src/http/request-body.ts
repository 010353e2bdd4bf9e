import type { IncomingMessage } from "node:http";

import { CaioError, type JsonValue } from "@caio/core";

import { HttpRefusal } from "./refusal.ts";

/** The payload of a GET: its query as an object of texts; of a name that repeats the last value counts. */
export function readQuery(request: IncomingMessage): JsonValue {
  const [, query = ""] = (request.url ?? "").split("?", 2);
  return Object.fromEntries(new URLSearchParams(query));
}

/**
 * Reads a JSON body of at most `maxBytes`, counting as it comes so that an endless one costs no memory.
 *
 * @throws HttpRefusal 413, 415; CaioError `InvalidRequest` for what is no JSON in UTF-8.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<JsonValue> {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type !== "application/json" && !/^application\/[\w.+-]+\+json$/.test(type)) {
    throw refuse(415, "the content type application/json", "another one");
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw refuse(413, `a body of at most ${String(maxBytes)} bytes`, "a larger one");
    chunks.push(chunk);
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
    return JSON.parse(text) as JsonValue;
  } catch {
    // The parser's own message quotes the text, which is the caller's data.
    throw refuse(400, "a body of JSON in UTF-8", "something else");
  }
}

function refuse(status: number, expected: string, found: string): HttpRefusal {
  return new HttpRefusal(
    status,
    new CaioError("InvalidRequest", `Expected ${expected}, found ${found}.`, { details: { expected, found } }),
  );
}
