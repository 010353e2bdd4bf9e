import type { NatsConnection } from "@nats-io/transport-node";

import type { CallTerms } from "./call-headers.ts";
import { partText, type Part } from "./part.ts";

type Unnumbered = Part extends infer Each ? (Each extends Part ? Omit<Each, "seq"> : never) : never;

export interface PartSenderOptions extends Pick<CallTerms, "beatMs" | "window"> {
  readonly connection: NatsConnection;
  /** Where the caller listens. */
  readonly reply: string;
  /** Where this call is told of its reader. */
  readonly control: string;
  /** Called once when nobody reads any more. */
  readonly onGone: () => void;
}

/** Sends the parts of one answer: numbered, no more of them than the reader has room for, and signs of life where there is nothing else to send. */
export class PartSender {
  readonly #options: PartSenderOptions;
  readonly #beats: NodeJS.Timeout;
  #seq = 0;
  #acknowledged = 0;
  #quiet = true;
  #gone = false;
  #room: (() => void) | undefined;

  constructor(options: PartSenderOptions) {
    this.#options = options;
    this.#beats = setInterval(() => {
      if (this.#quiet) this.#beat();
      this.#quiet = true;
    }, options.beatMs);
    this.#beats.unref();
  }

  /** Nobody reads any more. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Waits until there is room for one more. */
  async room(): Promise<void> {
    while (this.#seq - this.#acknowledged >= this.#options.window && !this.#gone) await new Promise<void>((resolve) => { this.#room = resolve; });
  }

  /** @throws if it is larger than the server takes */
  send(part: Unnumbered): void {
    this.#publish({ ...part, seq: this.#seq + 1 });
    this.#seq += 1;
    this.#quiet = false;
  }

  /** What the reader says: `ack N` or `cancel`. Nothing at all comes back where no reader is. */
  hear(words: string): void {
    const read = /^ack (\d{1,15})$/.exec(words)?.[1];
    if (read === undefined) this.#leave();
    else this.#acknowledged = Math.max(this.#acknowledged, Math.min(this.#seq, Number(read)));
    this.#room?.();
  }

  end(): void {
    clearInterval(this.#beats);
    this.#room?.();
  }

  #beat(): void {
    try {
      this.#publish({ seq: this.#seq, part: "beat" });
    } catch {
      // The connection is closed, so there is nobody to work for.
      this.#leave();
      this.end();
    }
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#options.onGone();
  }

  #publish(part: Part): void {
    const { connection, reply, control } = this.#options;
    connection.publish(reply, partText(part), { reply: control });
  }
}
