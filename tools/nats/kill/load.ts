import { request } from "undici";

import type { GatewayProcess } from "../../gateway/kill/gateway-process.ts";

/** How a request ended. `typed`: an error that says what it is. `lost`: anything that nobody answers for. `killed`: with the gateway itself. */
export type End = "ok" | "typed" | "lost" | "killed";

export interface Asked {
  readonly end: End;
  /** The code of a typed error, or what was lost. */
  readonly said: string;
  readonly ms: number;
  /** Of an answer. */
  readonly decision: string | undefined;
}

/** Requests without end, so many at any time. */
export class Load {
  readonly #gateway: GatewayProcess;
  readonly #onAsked: (asked: Asked) => void;
  readonly #workers: Promise<void>[];
  #going = true;
  #kills = 0;
  #ready: Promise<unknown> = Promise.resolve();
  #count = 0;

  constructor(gateway: GatewayProcess, options: { readonly together: number; readonly onAsked: (asked: Asked) => void }) {
    this.#gateway = gateway;
    this.#onAsked = options.onAsked;
    this.#workers = Array.from({ length: options.together }, (_, worker) => this.#work(worker));
  }

  /** Resolves once so many more requests have ended. */
  async more(requests: number): Promise<void> {
    for (const until = this.#count + requests; this.#count < until; ) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** The gateway is killed now; nothing is asked until it is there again. */
  killed(again: Promise<unknown>): void {
    this.#kills += 1;
    this.#ready = again;
  }

  async stop(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#workers);
  }

  async #work(worker: number): Promise<void> {
    while (this.#going) {
      await this.#ready;
      const kills = this.#kills;
      const from = performance.now();
      const mark = `${String(worker)}-${String(this.#count)}`;
      const asked = await this.#ask(mark).catch((error: unknown) => ({ end: this.#kills > kills ? "killed" : "lost", said: error instanceof Error ? error.name : "unknown", decision: undefined }) as const);
      this.#count += 1;
      this.#onAsked({ ...asked, ms: performance.now() - from });
    }
  }

  async #ask(mark: string): Promise<Omit<Asked, "ms">> {
    const { address, key } = this.#gateway;
    const body = { caio_request: 1, intent: { text: "say it again" }, requirements: { capabilities: [{ type: "echo.text" }] }, data: { payload: { mark, delay_ms: 20 } } };
    const response = await request(`${address}/api/v1/orchestrate`, { method: "POST", headers: { authorization: `Bearer ${key}`, "content-type": "application/json" }, body: JSON.stringify(body), headersTimeout: 30_000 });
    const answer = (await response.body.json()) as Answer;
    const decision = answer.decision?.decision_id;
    if (response.statusCode === 200) return { end: answer.output?.said?.mark === mark ? "ok" : "lost", said: "another answer", decision };
    const code = answer.error?.code;
    return { end: code === undefined ? "lost" : "typed", said: code ?? `status ${String(response.statusCode)}`, decision };
  }
}

interface Answer {
  readonly output?: { readonly said?: { readonly mark?: string } };
  readonly decision?: { readonly decision_id: string };
  readonly error?: { readonly code?: string };
}
