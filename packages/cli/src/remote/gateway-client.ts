import { CaioError, type CaioErrorCode, type JsonValue } from "@caio/core";
import { z } from "zod";

import { readText } from "../load/read-text.ts";

/** Where a gateway is, and by what one is let in. */
export interface RemoteOptions {
  /** Default: `CAIO_URL`, else the gateway of this machine. */
  readonly url?: string | undefined;
  /** Default: the key in `CAIO_KEY`. A key never stands on the command line, where every process can read it. */
  readonly keyFile?: string | undefined;
}

/** What a client needs beside the options. */
export interface RemoteContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

const HERE = "http://127.0.0.1:8080";
const PATIENCE_MS = 30_000;
const MAX_KEY_BYTES = 16_384;
const refusal = z.object({ error: z.object({ code: z.string().regex(/^[A-Z][A-Za-z]{2,40}$/), message: z.string(), details: z.record(z.string(), z.json()).default({}) }) });
const eventKind = z.object({ kind: z.string() });

/** A running gateway, asked over its native API. */
export class GatewayClient {
  readonly #base: URL;
  readonly #key: string;
  readonly #signal: AbortSignal;

  private constructor(base: URL, key: string, signal: AbortSignal) {
    this.#base = base;
    this.#key = key;
    this.#signal = signal;
  }

  /** @throws CaioError `InvalidField` for an address that would carry a key in clear, `Unauthenticated` without a key, `NotFound` */
  static async open({ url, keyFile }: RemoteOptions, { environment, signal }: RemoteContext): Promise<GatewayClient> {
    const base = addressOf(url ?? environment["CAIO_URL"] ?? HERE);
    const key = (keyFile === undefined ? (environment["CAIO_KEY"] ?? "") : await readText(keyFile, "InvalidToken", MAX_KEY_BYTES)).trim();
    if (key === "") throw new CaioError("Unauthenticated", "No key. Set CAIO_KEY, or name a file that holds one: --key-file FILE");
    if (!/^[\x21-\x7e]+$/.test(key)) throw new CaioError("InvalidToken", "The key is more than one line of visible characters. Give the key alone.");
    return new GatewayClient(base, key, signal);
  }

  /**
   * Asks, and reads the answer by its schema.
   *
   * @param path - below `/api/v1`
   * @param patienceMs - how long the answer is waited for
   * @throws CaioError what the gateway said; `ServiceUnavailable` if it cannot be reached or is none
   */
  async ask<T>(method: Method, path: string, schema: z.ZodType<T>, body?: JsonValue, patienceMs: number = PATIENCE_MS): Promise<T> {
    return (await this.askWhole(method, path, schema, body, patienceMs)).answer;
  }

  /** The same, and the whole answer as the gateway gave it, which may say more than is read here. */
  async askWhole<T>(method: Method, path: string, schema: z.ZodType<T>, body?: JsonValue, patienceMs: number = PATIENCE_MS): Promise<{ readonly answer: T; readonly whole: JsonValue }> {
    const { status, text } = await this.#send(method, path, body, patienceMs);
    const read = jsonOf(text);
    if (status >= 400) throw refusedBy(read, status, this.#base);
    const answer = schema.safeParse(read);
    if (!answer.success) throw noGateway(this.#base, `its answer has another form (${answer.error.issues[0]?.path.join(".") ?? ""})`);
    return { answer: answer.data, whole: read ?? null };
  }

  /**
   * The bytes of an answer, as they come: it may be long, and take long.
   *
   * @param path - below `/api/v1`
   * @throws CaioError as `ask`; `ServiceUnavailable` also if the answer breaks off
   */
  async *download(path: string): AsyncGenerator<Uint8Array> {
    const headers = { authorization: `Bearer ${this.#key}` };
    const response = await fetch(new URL(`/api/v1${path}`, this.#base), { headers, redirect: "error", signal: this.#signal }).catch((cause: unknown) => {
      throw noGateway(this.#base, "it does not answer", cause);
    });
    if (response.status >= 400) throw refusedBy(jsonOf(await response.text()), response.status, this.#base);
    try {
      for await (const piece of response.body ?? []) yield piece as Uint8Array;
    } catch (cause) {
      throw noGateway(this.#base, "its answer broke off", cause);
    }
  }

  /** The bytes of a short answer. @throws CaioError as `download` */
  async bytes(path: string): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.download(path)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /**
   * The kinds of what happens, as it happens, until the signal is aborted or the gateway ends the answer.
   *
   * @param kinds - of events: `decision`, `registry`, …
   * @throws CaioError as `download`
   */
  async *events(kinds: readonly string[]): AsyncGenerator<string> {
    let text = "";
    const decoder = new TextDecoder();
    for await (const piece of this.download(`/events?kinds=${kinds.join(",")}`)) {
      const lines = (text + decoder.decode(piece, { stream: true })).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const event = line.startsWith("data:") ? eventKind.safeParse(jsonOf(line.slice(5))) : undefined;
        if (event?.success === true) yield event.data.kind;
      }
    }
  }

  async #send(method: string, path: string, body: JsonValue | undefined, patienceMs: number): Promise<{ readonly status: number; readonly text: string }> {
    const headers = { authorization: `Bearer ${this.#key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(patienceMs)]);
    try {
      // A redirect would take the key elsewhere.
      const response = await fetch(new URL(`/api/v1${path}`, this.#base), { method, headers, redirect: "error", signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      throw noGateway(this.#base, "it does not answer", cause);
    }
  }
}

/** What is asked, as the end of a path; what is undefined is left out. */
export function queryOf(members: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}

/** @throws CaioError `InvalidField` */
function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") {
    throw new CaioError("InvalidField", "The address of the gateway is none: expected http://127.0.0.1:8080, or https://HOST.");
  }
  if (url.protocol === "http:" && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    throw new CaioError("InvalidField", `${url.origin}: a key would go there in clear. Use https, or a tunnel to this machine.`, { details: { found: url.origin, expected: "https" } });
  }
  return url;
}

function jsonOf(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function refusedBy(body: unknown, status: number, base: URL): CaioError {
  const read = refusal.safeParse(body);
  if (!read.success) return noGateway(base, `it answers with status ${String(status)}`);
  const { code, message, details } = read.data.error;
  return new CaioError(code as CaioErrorCode, message, { details });
}

function noGateway(base: URL, what: string, cause?: unknown): CaioError<"ServiceUnavailable"> {
  return new CaioError("ServiceUnavailable", `${base.origin}: ${what}. Is a gateway running there? Start one with caio serve, or name its address: --url URL`, { details: { url: base.origin }, cause });
}
