import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import { embeddingFake, errorFake, plainFake } from "./fake-plain.ts";
import { streamFake } from "./fake-stream.ts";
import { wishOf, type FakeBody } from "./fake-wish.ts";

export interface FakeOptions {
  /** It has no faults, whatever is asked for. */
  readonly healthy?: boolean;
  /** Keeps no bodies and no headers: for measurements, whose requests are many. */
  readonly forgetful?: boolean;
}

/**
 * A FAKE of an OpenAI server: no model behind it, faults on demand. It counts the streams that are still open, which are those
 * whose connection has not been closed and whose answer has not been ended.
 */
export class FakeOpenAiUpstream {
  readonly #server: Server;
  readonly #open = new Set<ServerResponse>();
  readonly #sockets = new Set<Socket>();
  readonly #options: FakeOptions;
  /** Bodies of all requests, in order. */
  readonly requests: Record<string, unknown>[] = [];
  readonly headers: IncomingHttpHeaders[] = [];

  private constructor(server: Server, options: FakeOptions) {
    this.#server = server;
    this.#options = options;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
    });
    server.on("request", (request, response) => { this.#receive(request, response); });
  }

  /** On a free port of the loopback. */
  static async start(options: FakeOptions = {}): Promise<FakeOpenAiUpstream> {
    const upstream = new FakeOpenAiUpstream(createServer(), options);
    await new Promise<void>((resolve) => upstream.#server.listen(0, "127.0.0.1", resolve));
    return upstream;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/v1`;
  }

  get openStreams(): number {
    return this.#open.size;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => { text += piece; }).on("end", () => {
      const body = JSON.parse(text === "" ? "{}" : text) as FakeBody;
      if (this.#options.forgetful !== true) {
        this.requests.push(body);
        this.headers.push(request.headers);
      }
      this.#open.add(response);
      response.on("close", () => this.#open.delete(response));
      void answer(request.url ?? "", body, response, this.#options.healthy === true);
    });
  }
}

async function answer(url: string, body: FakeBody, response: ServerResponse, healthy: boolean): Promise<void> {
  const wished = wishOf(body);
  const wish = healthy ? { ...wished, fault: "none" as const, status: 200 } : wished;
  if (wish.status !== 200) errorFake(wish.status, response);
  else if (url === "/v1/embeddings") embeddingFake(body, response);
  else if (body["stream"] !== true) await plainFake(body, wish, response);
  else await streamFake(body, wish, response);
}
