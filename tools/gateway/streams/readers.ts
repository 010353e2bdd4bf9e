import { request as send } from "node:http";

import OpenAI from "openai";

import type { House } from "../campaign-house.ts";
import type { Heard, Reader } from "./stream-case.ts";

/** What is asked, and when the reader leaves. */
export interface Asking {
  readonly metadata: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Told of every piece of text. */
  readonly onText?: () => void;
}

type Target = Pick<House, "baseURL" | "apiKey">;

/** Reads one streamed answer to its end, its break, or the reader's leaving. */
export function listen(reader: Reader, target: Target, asking: Asking): Promise<Heard> {
  return reader === "raw" ? listenRaw(target, asking) : listenAsOpenAi(target, asking);
}

/** Knows events and nothing of errors among them: what ends without a broken connection is whole to it. */
function listenRaw({ baseURL, apiKey }: Target, { metadata, signal, onText }: Asking): Promise<Heard> {
  const body = JSON.stringify({ model: "caio:auto", stream: true, messages: [{ role: "user", content: "say it" }], metadata });
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve) => {
    let text = "";
    let rest = "";
    const end = (whole: boolean, told?: string): void => { resolve({ text, whole, ...(told === undefined ? {} : { told }) }); };
    const asked = send(`${baseURL}/chat/completions`, { method: "POST", headers, agent: false, signal }, (answer) => {
      const events = answer.headers["content-type"]?.startsWith("text/event-stream") === true;
      answer.setEncoding("utf8").on("data", (piece: string) => {
        const lines = (rest + piece).split("\n");
        rest = lines.pop() ?? "";
        text += lines.map(contentOf).join("");
        onText?.();
      });
      answer.on("end", () => { end(answer.complete && answer.statusCode === 200 && events, `status ${String(answer.statusCode)}`); });
      answer.on("error", () => { end(false, "a broken transfer"); });
    });
    asked.on("error", ({ name }) => { end(false, name); });
    asked.end(body);
  });
}

async function listenAsOpenAi({ baseURL, apiKey }: Target, { metadata, signal, onText }: Asking): Promise<Heard> {
  const client = new OpenAI({ apiKey, baseURL, maxRetries: 0 });
  let text = "";
  try {
    const stream = await client.chat.completions.create({ model: "caio:auto", stream: true, messages: [{ role: "user", content: "say it" }], metadata: { ...metadata } }, { signal });
    for await (const { choices } of stream) {
      text += choices[0]?.delta.content ?? "";
      onText?.();
    }
    return { text, whole: !signal.aborted };
  } catch (error) {
    return { text, whole: false, told: error instanceof Error ? error.constructor.name : "unknown" };
  }
}

function contentOf(line: string): string {
  if (!line.startsWith("data: {")) return "";
  try {
    const chunk = JSON.parse(line.slice("data: ".length)) as { readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[] };
    return chunk.choices?.[0]?.delta?.content ?? "";
  } catch {
    return "";
  }
}
