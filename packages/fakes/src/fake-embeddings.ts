import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";

/** What the fake answers instead of embeddings. */
export type EmbeddingsFault = (asked: { readonly input: readonly string[]; readonly data: readonly object[] }, response: ServerResponse) => void;

/**
 * A FAKE of an endpoint for embeddings: no model behind it. Its vectors count letters, so that texts of the same letters are near each other.
 * `fault` answers in its place, as badly as a test wants.
 */
export class FakeEmbeddings {
  readonly #server: Server;
  readonly dimensions: number;
  /** Inputs of all requests, in order. */
  readonly inputs: (readonly string[])[] = [];
  readonly bodies: Readonly<Record<string, unknown>>[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  fault: EmbeddingsFault | undefined;

  private constructor(server: Server, dimensions: number) {
    this.#server = server;
    this.dimensions = dimensions;
    server.on("request", (request, response) => { void this.#answer(request, response); });
  }

  /** On a free port of the loopback. */
  static async start(dimensions = 26): Promise<FakeEmbeddings> {
    const fake = new FakeEmbeddings(createServer(), dimensions);
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await textOf(request)) as { readonly input: readonly string[] };
    this.inputs.push(body.input);
    this.bodies.push({ ...body });
    this.headers.push(request.headers);
    const data = body.input.map((text, index) => ({ object: "embedding", index, embedding: fakeVector(text, this.dimensions) }));
    if (this.fault !== undefined) {
      this.fault({ input: body.input, data }, response);
      return;
    }
    // In any order: an item says whose it is.
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ object: "list", data: data.reverse(), model: "fake", usage: { prompt_tokens: 1, total_tokens: 1 } }));
  }
}

/** How often each letter occurs in the text, by its code point modulo the number of dimensions. */
export function fakeVector(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const letter of text.toLowerCase()) {
    const at = (letter.codePointAt(0) ?? 0) % dimensions;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  return vector;
}
