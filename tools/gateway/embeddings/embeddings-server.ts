import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";

import { DIMENSIONS, type SentenceEncoder } from "./sentence-encoder.ts";

const MODEL = "use-lite-en";
const MAX_INPUTS = 256;
const MAX_CHARACTERS = 1_000_000;

interface Asked {
  readonly texts: readonly string[];
  readonly base64: boolean;
}

/** What is wrong with a request, in words for whoever sent it. */
class Unusable extends Error {}

/** Serves `/v1/embeddings` and `/v1/models` as OpenAI's API has them, on a free port of the loopback. */
export async function serveEmbeddings(encoder: SentenceEncoder, port = 0): Promise<{ readonly server: Server; readonly baseUrl: string }> {
  const server = createServer((request, response) => {
    answer(encoder, request, response).catch((fault: unknown) => {
      if (fault instanceof Unusable) refuse(response, 400, fault.message);
      else refuse(response, 500, "The model failed.");
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { server, baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1` };
}

async function answer(encoder: SentenceEncoder, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = `${request.method ?? ""} ${request.url ?? ""}`;
  if (route === "GET /v1/models") {
    reply(response, 200, { object: "list", data: [{ id: MODEL, object: "model", created: 0, owned_by: "energetic-ai" }] });
  } else if (route === "POST /v1/embeddings") {
    const { texts, base64 } = read(await textOf(request));
    const { vectors, tokens } = await encoder.encode(texts);
    const data = vectors.map((vector, index) => ({ object: "embedding", index, embedding: base64 ? inBase64(vector) : vector }));
    reply(response, 200, { object: "list", data, model: MODEL, usage: { prompt_tokens: tokens, total_tokens: tokens } });
  } else refuse(response, 404, "There are POST /v1/embeddings and GET /v1/models.");
}

function read(body: string): Asked {
  const { input, dimensions = DIMENSIONS, encoding_format: format = "float" } = parse(body);
  const texts = typeof input === "string" ? [input] : input;
  const fits = Array.isArray(texts) && texts.length > 0 && texts.length <= MAX_INPUTS && texts.every((text): text is string => typeof text === "string" && text !== "");
  if (!fits) throw new Unusable(`input: expected a text, or 1 to ${String(MAX_INPUTS)} texts; this model takes no tokens.`);
  if (texts.reduce((sum, text) => sum + text.length, 0) > MAX_CHARACTERS) throw new Unusable(`input: expected at most ${String(MAX_CHARACTERS)} characters.`);
  if (dimensions !== DIMENSIONS) throw new Unusable(`dimensions: this model has ${String(DIMENSIONS)} and no other number of them.`);
  if (format !== "float" && format !== "base64") throw new Unusable("encoding_format: expected float or base64.");
  return { texts, base64: format === "base64" };
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // As any other body that is no object.
  }
  throw new Unusable("The body is no JSON object.");
}

/** Little-endian floats of 32 bits. */
function inBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes.toString("base64");
}

function refuse(response: ServerResponse, status: number, message: string): void {
  reply(response, status, { error: { message, type: status < 500 ? "invalid_request_error" : "server_error", param: null, code: null } });
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
