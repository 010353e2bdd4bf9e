import { CaioError } from "@caio/core";

import type { Terminal } from "./terminal.ts";

/** Milliseconds between two lines: the first says that it takes longer than that. */
const [REDRAWN_MS, WRITTEN_MS] = [1000, 10_000];

/** Shows on standard error how far work has come that takes longer than a second. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #title: string;
  readonly #text: (count: number) => string;
  readonly #timer: NodeJS.Timeout;
  #count = 0;
  #shown = false;

  /** @param text - what is shown of how far it came */
  constructor(title: string, terminal: Terminal, text: (count: number) => string = megabytes) {
    this.#title = title;
    this.#text = text;
    this.#terminal = terminal;
    this.#timer = setInterval(() => { this.#show(); }, terminal.interactive ? REDRAWN_MS : WRITTEN_MS);
    this.#timer.unref();
  }

  /** @throws CaioError `ServiceUnavailable` if the command was told to stop */
  add(count: number): void {
    if (this.#terminal.signal.aborted) throw new CaioError("ServiceUnavailable", `${this.#title}: stopped. Nothing of it is left.`, { details: { reason: "stopped" } });
    this.#count += count;
  }

  /** Takes the line away. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#shown && this.#terminal.interactive) this.#terminal.writeError("\r\u001b[K");
  }

  #show(): void {
    this.#shown = true;
    const line = `${this.#title}: ${this.#text(this.#count)}`;
    this.#terminal.writeError(this.#terminal.interactive ? `\r\u001b[K${line}` : `${line}\n`);
  }
}

function megabytes(count: number): string {
  return `${(count / 1e6).toFixed(1)} MB`;
}
