import { request as send, type Agent } from "node:http";

import { fakeTokens } from "@caio/fakes";

/** What can be asked: a chat in one piece, a chat in parts, a call of a service over HTTP. */
export const askings = ["chat", "stream", "http"] as const;
export type Asking = (typeof askings)[number];

/**
 * How a request ended for whoever asked. The first three are answers; `gateway killed` is an answer that ended with the gateway's own
 * process. Everything else is lost: nobody told the caller what became of its request.
 */
export type Ending = "ok" | "ok, resumed" | "typed error" | "gateway killed" | "LOST: reset" | "LOST: hang" | "LOST: truncated" | "LOST: empty" | "LOST: untyped";

export interface Asked {
  readonly asking: Asking;
  readonly ending: Ending;
  /** The code of a typed error, or more on what was lost. */
  readonly word: string;
  /** The decisions that the caller was told of. */
  readonly decisionId: string | undefined;
  readonly tookMs: number;
}

export interface Target {
  readonly address: string;
  readonly key: string;
  readonly agent: Agent;
  /** True once the gateway was killed under this request. */
  readonly killed: () => boolean;
}

export interface Wish {
  readonly asking: Asking;
  /** Of a chat. */
  readonly tokens: number;
  /** Of a service: between two tokens. */
  readonly delayMs: number;
  /** What only this request asks. */
  readonly mark: string;
  /** No answer by then is a hang. */
  readonly patienceMs: number;
}

interface Heard {
  readonly status: number;
  readonly text: string;
  readonly decisionId: string | undefined;
  /** The transfer was finished, as HTTP has it. */
  readonly complete: boolean;
  readonly fault?: string;
}

type Judgement = Pick<Asked, "ending" | "word">;

/** Asks once, over a real socket, and says how it ended. */
export async function ask(target: Target, wish: Wish): Promise<Asked> {
  const began = performance.now();
  const heard = await hear(target, wish);
  const judged = judge(wish, heard);
  const told = judged.ending === "LOST: reset" && target.killed() ? { ending: "gateway killed" as const, word: "" } : judged;
  return { asking: wish.asking, ...told, decisionId: heard.decisionId, tookMs: performance.now() - began };
}

function judge(wish: Wish, heard: Heard): Judgement {
  if (heard.fault?.startsWith("hang") === true) return lost("hang", `status ${String(heard.status)}, ${heard.fault}`);
  const code = errorCode(heard.text);
  if (wish.asking === "stream" && heard.status === 200) return judgeStream(wish, heard);
  if (!heard.complete) return lost("reset", heard.fault ?? "in the middle");
  if (heard.status !== 200) return code === undefined ? lost("untyped", `status ${String(heard.status)}`) : { ending: "typed error", word: code };
  if (code !== undefined) return lost("untyped", `200 with the error ${code}`);
  const said = contentOf(wish, heard.text);
  return said === expected(wish) ? { ending: "ok", word: "" } : lost("empty", heard.text.slice(0, 200));
}

/** A stream ends with `[DONE]`, or with an event that says what went wrong; the transfer itself is no witness. */
function judgeStream(wish: Wish, { text, complete, fault }: Heard): Judgement {
  const events = text.split("\n\n").flatMap((event) => (event.startsWith("data: ") ? [event.slice("data: ".length)] : []));
  const chunks = events.filter((event) => event.startsWith("{")).flatMap(readChunk);
  const code = wordOf(chunks.find(({ error }) => error !== undefined));
  const done = events.at(-1) === "[DONE]";
  if (code !== undefined) return done || complete ? lost("untyped", "an error event before a clean end") : { ending: "typed error", word: code };
  if (!done) return complete ? lost("truncated", text.slice(-100)) : lost("reset", fault ?? "in the middle");
  const said = chunks.map(({ choices }) => choices?.[0]?.delta?.content ?? "").join("");
  if (said !== expected(wish) || !complete) return lost("truncated", `${said.slice(0, 200)}|`);
  return { ending: chunks.some(({ caio }) => caio !== undefined) ? "ok, resumed" : "ok", word: "" };
}

function lost(how: "reset" | "hang" | "truncated" | "empty" | "untyped", word: string): Judgement {
  return { ending: `LOST: ${how}`, word };
}

interface Chunk {
  readonly error?: { readonly code?: unknown; readonly details?: { readonly reason?: unknown } };
  readonly caio?: object;
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
}

/** The last event of a transfer that broke may be half of one. */
function readChunk(text: string): readonly Chunk[] {
  try {
    return [JSON.parse(text) as Chunk];
  } catch {
    return [];
  }
}

function errorCode(text: string): string | undefined {
  const [body] = text.startsWith("{") ? readChunk(text) : [];
  return wordOf(body);
}

/** The code of an error, and the reason in its details; undefined for what is no typed error. */
function wordOf(said: Chunk | undefined): string | undefined {
  const { code, details } = said?.error ?? {};
  if (typeof code !== "string") return undefined;
  return typeof details?.reason === "string" ? `${code} (${details.reason})` : code;
}

function expected({ asking, tokens, mark }: Wish): string {
  return asking === "http" ? mark : fakeTokens(tokens).join("");
}

function contentOf({ asking }: Wish, text: string): string | undefined {
  try {
    const body = JSON.parse(text) as { readonly output?: { readonly said?: string }; readonly choices?: readonly { readonly message?: { readonly content?: string } }[] };
    return asking === "http" ? body.output?.said : body.choices?.[0]?.message?.content;
  } catch {
    return undefined;
  }
}

function hear({ address, key, agent }: Target, wish: Wish): Promise<Heard> {
  const { path, body } = requestOf(wish);
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve) => {
    const so: { status: number; text: string; decisionId: string | undefined } = { status: 0, text: "", decisionId: undefined };
    const patience = new AbortController();
    const timer = setTimeout(() => {
      const { socket, reusedSocket } = asked;
      const wire = socket === null ? "no socket" : `${socket.connecting ? "connecting" : "connected"}, ${String(socket.bytesWritten)} bytes written, ${String(socket.bytesRead)} read`;
      end(false, `hang on ${reusedSocket ? "a kept" : "a new"} connection, ${wire}, to port ${new URL(address).port}`);
      patience.abort();
    }, wish.patienceMs);
    const end = (complete: boolean, fault?: string): void => {
      clearTimeout(timer);
      resolve({ ...so, complete, ...(fault === undefined ? {} : { fault }) });
    };
    const asked = send(address + path, { method: "POST", headers, agent, signal: patience.signal }, (answer) => {
      const id = answer.headers["caio-decision-id"];
      Object.assign(so, { status: answer.statusCode ?? 0, decisionId: typeof id === "string" ? id : undefined });
      answer.setEncoding("utf8").on("data", (piece: string) => { so.text += piece; });
      answer.on("end", () => { end(answer.complete); });
      answer.on("error", (error) => { end(false, nameOf(error)); });
    });
    asked.on("error", (error) => { end(false, nameOf(error)); });
    asked.end(body);
  });
}

function nameOf(error: Error): string {
  return "code" in error ? String(error.code) : error.name;
}

function requestOf({ asking, tokens, delayMs, mark }: Wish): { readonly path: string; readonly body: string } {
  if (asking === "http") {
    const document = { caio_request: 1, intent: { text: mark }, data: { media_type: "application/json", payload: { said: mark, delay_ms: delayMs * tokens } }, requirements: { capabilities: [{ type: "text.echo" }] } };
    return { path: "/api/v1/orchestrate", body: JSON.stringify(document) };
  }
  const metadata = { tokens: String(tokens), delay_ms: String(delayMs) };
  return { path: "/v1/chat/completions", body: JSON.stringify({ model: "caio:auto", stream: asking === "stream", messages: [{ role: "user", content: mark }], metadata }) };
}
