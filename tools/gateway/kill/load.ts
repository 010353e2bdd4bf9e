import { Agent } from "node:http";

import { ask, askings, type Asked } from "./ask.ts";
import { DEADLINE_MS, type GatewayProcess } from "./gateway-process.ts";

/** What a request may take, on a machine that others use, before it counts as hanging. */
const PATIENCE_MS = DEADLINE_MS + 15_000;

export interface LoadOptions {
  readonly together: number;
  readonly random: () => number;
  readonly onAsked: (asked: Asked) => void;
}

/** Requests without end, so many in flight at any time: chats plain and streamed, and calls of services over HTTP. */
export class Load {
  readonly #gateway: GatewayProcess;
  readonly #options: LoadOptions;
  readonly #workers: Promise<void>[];
  /** How often the gateway was killed. */
  #kills = 0;
  #going = true;
  #ready: Promise<unknown> = Promise.resolve();
  #count = 0;

  constructor(gateway: GatewayProcess, options: LoadOptions) {
    this.#gateway = gateway;
    this.#options = options;
    this.#workers = Array.from({ length: options.together }, () => this.#work());
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

  /** Asks no more, and waits for what is in flight. */
  async stop(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#workers);
  }

  async #work(): Promise<void> {
    const { random, onAsked } = this.#options;
    // A connection of its own, kept from request to request, as clients do.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (this.#going) {
      await this.#ready;
      const kills = this.#kills;
      const asking = askings[Math.floor(random() * askings.length)] ?? "chat";
      const wish = { asking, tokens: 5 + Math.floor(random() * 25), delayMs: Math.floor(random() * 80), mark: `mark ${String(Math.floor(random() * 2 ** 32))}`, patienceMs: PATIENCE_MS };
      const { address, key } = this.#gateway;
      onAsked(await ask({ address, key, agent, killed: () => this.#kills > kills }, wish));
      this.#count += 1;
    }
    agent.destroy();
  }
}
