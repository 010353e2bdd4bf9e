import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** Everything that can go wrong with a stream; `none` is a whole answer. */
export const streamFaults = [
  "cut",
  "reset",
  "stall",
  "garbage",
  "error_in_200",
  "clean_end",
  "early_done",
  "no_done",
  "reset_before_first_byte",
] as const;
export type StreamFault = (typeof streamFaults)[number];

/** What the fake is asked for: members of the request's `metadata`, as texts. */
export interface FakeWish {
  readonly fault: StreamFault | "none";
  /** The fault comes after so many tokens. */
  readonly after: number;
  readonly tokens: number;
  /** Between tokens. */
  readonly delayMs: number;
  /** After a whole answer the connection is not ended. */
  readonly hold: boolean;
}

/** The tokens of its one answer: `t0 t1 t2 …`, or what is left of them after the text of a last assistant message. */
export function fakeTokens(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `t${String(index)} `);
}

/**
 * A FAKE of an OpenAI server: no model behind it, faults on demand. It counts the streams that are still open, which are those
 * whose connection has not been closed and whose answer has not been ended.
 */
export class FakeOpenAiUpstream {
  readonly #server: Server;
  readonly #open = new Set<ServerResponse>();
  readonly #sockets = new Set<Socket>();
  /** Bodies of all requests, in order. */
  readonly requests: Record<string, unknown>[] = [];
  readonly headers: IncomingMessage["headers"][] = [];

  readonly #healthy: boolean;

  private constructor(server: Server, healthy: boolean) {
    this.#server = server;
    this.#healthy = healthy;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
    });
    server.on("request", (request, response) => { this.#receive(request, response); });
  }

  /** @param healthy - it has no faults, whatever is asked for */
  static async start({ healthy = false }: { readonly healthy?: boolean } = {}): Promise<FakeOpenAiUpstream> {
    const upstream = new FakeOpenAiUpstream(createServer(), healthy);
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
      const body = JSON.parse(text === "" ? "{}" : text) as Record<string, unknown>;
      this.requests.push(body);
      this.headers.push(request.headers);
      this.#open.add(response);
      response.on("close", () => this.#open.delete(response));
      void answer(request.url ?? "", this.#healthy ? withoutFault(body) : body, response);
    });
  }
}

function withoutFault(body: Record<string, unknown>): Record<string, unknown> {
  return { ...body, metadata: { ...(body["metadata"] as Record<string, string> | undefined), fault: "none", status: "200" } };
}

async function answer(url: string, body: Record<string, unknown>, response: ServerResponse): Promise<void> {
  const wish = wishOf(body["metadata"] as Record<string, string> | undefined);
  const status = Number((body["metadata"] as Record<string, string> | undefined)?.["status"] ?? 200);
  if (status !== 200) {
    response.writeHead(status, { "content-type": "application/json", "retry-after": "2" });
    response.end(JSON.stringify({ error: { message: "secret prompt text", type: "fake_error", code: null } }));
  } else if (url === "/v1/embeddings") {
    json(response, { object: "list", data: [{ object: "embedding", index: 0, embedding: [0.25, -1] }], usage: { prompt_tokens: 3, total_tokens: 3 } });
  } else if (body["stream"] !== true) plain(body, wish, response);
  else await stream(body, wish, response);
}

function plain(body: Record<string, unknown>, { fault, tokens }: FakeWish, response: ServerResponse): void {
  if (fault === "error_in_200") {
    json(response, { error: { message: "secret prompt text", type: "fake_error", code: "overloaded" } });
    return;
  }
  const content = fakeTokens(tokens).slice(said(body)).join("");
  const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
  json(response, { id: "fake-1", object: "chat.completion", created: 1, model: body["model"], choices, usage: usageOf(tokens) });
}

async function stream(body: Record<string, unknown>, wish: FakeWish, response: ServerResponse): Promise<void> {
  const { fault, after, tokens, delayMs, hold } = wish;
  const { socket } = response;
  if (fault === "reset_before_first_byte") {
    socket?.resetAndDestroy();
    return;
  }
  const send = (data: unknown): void => { response.write(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`); };
  const chunk = (delta: object, finish: string | null): object => ({
    ...{ id: "fake-1", object: "chat.completion.chunk", created: 1, model: body["model"], usage: null },
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.write(": a comment\n\n");
  send(chunk({ role: "assistant", content: "" }, null));
  const all = fakeTokens(tokens).slice(said(body));
  for (const [index, content] of all.entries()) {
    if (fault !== "none" && fault !== "no_done" && index === after) break;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (response.destroyed) return;
    send(chunk({ content }, null));
  }
  // What was written is to arrive before the fault does.
  await new Promise((resolve) => setImmediate(resolve));
  if (fault === "cut") socket?.end();
  else if (fault === "reset") socket?.resetAndDestroy();
  else if (fault === "stall") return;
  else if (fault === "garbage") response.write("%%% this is no event\n\n");
  else if (fault === "error_in_200") send({ error: { message: "secret prompt text", type: "server_error", code: "overloaded" } });
  else if (fault === "clean_end") response.end();
  else if (fault === "early_done") { send("[DONE]"); response.end(); }
  else {
    send(chunk({}, "stop"));
    send({ ...chunk({}, null), choices: [], usage: usageOf(all.length) });
    if (fault === "none") send("[DONE]");
    if (!hold) response.end();
  }
}

/** How many tokens the last message, if it is the assistant's, has of the answer. */
function said(body: Record<string, unknown>): number {
  const messages = (body["messages"] ?? []) as { role?: unknown; content?: unknown }[];
  const last = messages.at(-1);
  return last?.role === "assistant" && typeof last.content === "string" ? last.content.split(" ").length - 1 : 0;
}

function usageOf(tokens: number): object {
  return { prompt_tokens: 7, completion_tokens: tokens, total_tokens: 7 + tokens };
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function wishOf(metadata: Readonly<Record<string, string>> = {}): FakeWish {
  const fault = (["none", ...streamFaults] as const).find((name) => name === metadata["fault"]) ?? "none";
  return {
    fault,
    after: Number(metadata["after"] ?? 0),
    tokens: Number(metadata["tokens"] ?? 5),
    delayMs: Number(metadata["delay_ms"] ?? 0),
    hold: metadata["hold"] === "yes",
  };
}
