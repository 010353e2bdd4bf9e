import { Agent, request as send } from "node:http";

import { fakeTokens } from "@caio/fakes";

/** How a request ended for whoever asked. `cut off`: the connection ended with the gateway that had it. All that is `LOST` nobody was told of. */
export type Ending = "ok" | "refused" | "cut off" | "LOST: hang" | "LOST: untyped" | "LOST: empty";

export interface Asked {
  readonly phase: string;
  readonly ending: Ending;
  /** The code of a typed refusal, or more on what was lost. */
  readonly word: string;
  readonly status: number;
  /** The decision that the caller was told of. */
  readonly decisionId: string | undefined;
  readonly instance: string | undefined;
  readonly tookMs: number;
}

export interface LoadOptions {
  readonly address: string;
  /** The next key to ask with, and its mark: what only requests with it hold. */
  readonly nextKey: () => { readonly key: string; readonly mark: string };
  readonly together: number;
  readonly phase: () => string;
  readonly onAsked: (asked: Asked) => void;
}

/** No answer by then is a hang, milliseconds. */
const PATIENCE_MS = 40_000;
const TOKENS = 3;
const EXPECTED = fakeTokens(TOKENS).join("");

/** Requests, so many at a time, each on a connection of its own, until it is stopped. */
export class Load {
  readonly #options: LoadOptions;
  readonly #workers: Promise<void>[];
  #stopped = false;
  #asked = 0;
  #told: () => void = () => undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#workers = Array.from({ length: options.together }, () => this.#work());
  }

  /** Resolves when so many more have ended. */
  async more(count: number): Promise<void> {
    for (const until = this.#asked + count; this.#asked < until; ) await new Promise<void>((told) => { this.#told = told; });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#workers);
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      const { nextKey, address, phase, onAsked } = this.#options;
      const asked = await ask(address, nextKey());
      onAsked({ ...asked, phase: phase() });
      this.#asked += 1;
      this.#told();
      // A caller who was told to come back later does.
      if (asked.ending !== "ok") await new Promise((later) => setTimeout(later, 50));
    }
  }
}

interface Heard {
  readonly status: number;
  readonly text: string;
  readonly decisionId: string | undefined;
  readonly instance: string | undefined;
  readonly complete: boolean;
  readonly hung: boolean;
}

async function ask(address: string, { key, mark }: { readonly key: string; readonly mark: string }): Promise<Omit<Asked, "phase">> {
  const began = performance.now();
  const heard = await hear(address, key, mark);
  const { status, decisionId, instance } = heard;
  return { ...judged(heard), status, decisionId, instance, tookMs: performance.now() - began };
}

function judged({ status, text, complete, hung }: Heard): Pick<Asked, "ending" | "word"> {
  if (hung) return { ending: "LOST: hang", word: `status ${String(status)}` };
  if (!complete) return { ending: "cut off", word: "" };
  const body = bodyOf(text);
  if (status === 200) {
    const said = body?.choices?.[0]?.message?.content;
    return said === EXPECTED ? { ending: "ok", word: "" } : { ending: "LOST: empty", word: text.slice(0, 100) };
  }
  const { code, details } = body?.error ?? {};
  if (typeof code !== "string") return { ending: "LOST: untyped", word: `status ${String(status)}` };
  return { ending: "refused", word: `${String(status)} ${code}${typeof details?.reason === "string" ? ` (${details.reason})` : ""}` };
}

interface Body {
  readonly choices?: readonly { readonly message?: { readonly content?: string } }[];
  readonly error?: { readonly code?: unknown; readonly details?: { readonly reason?: unknown } };
}

function bodyOf(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return undefined;
  }
}

function hear(address: string, key: string, mark: string): Promise<Heard> {
  const body = JSON.stringify({ model: "caio:auto", messages: [{ role: "user", content: mark }], metadata: { tokens: String(TOKENS) } });
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve) => {
    const so: { status: number; text: string; decisionId: string | undefined; instance: string | undefined } = { status: 0, text: "", decisionId: undefined, instance: undefined };
    const end = (complete: boolean, hung = false): void => {
      clearTimeout(timer);
      agent.destroy();
      resolve({ ...so, complete, hung });
    };
    const agent = new Agent({ keepAlive: false });
    const asked = send(`${address}/v1/chat/completions`, { method: "POST", headers, agent }, (answer) => {
      const text = (name: string): string | undefined => (typeof answer.headers[name] === "string" ? answer.headers[name] : undefined);
      Object.assign(so, { status: answer.statusCode ?? 0, decisionId: text("caio-decision-id"), instance: text("caio-instance") });
      answer.setEncoding("utf8").on("data", (piece: string) => { so.text += piece; });
      answer.on("end", () => { end(answer.complete); });
      answer.on("error", () => { end(false); });
    });
    const timer = setTimeout(() => {
      end(false, true);
      asked.destroy();
    }, PATIENCE_MS);
    asked.on("error", () => { end(false); });
    asked.end(body);
  });
}
