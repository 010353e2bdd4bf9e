import type { JsonObject } from "@caio/core";

/** Something that happened. `tenant`: whose it is; `service`: for whoever may see that service. Neither: for admins alone. */
export interface GatewayEvent {
  readonly kind: "decision" | "registry" | "verdict" | "circuit" | "shadow" | "approval";
  readonly tenant?: string;
  readonly service?: string;
  readonly details: JsonObject;
}

/** An event with the time when it was told of, milliseconds. */
export type TimedEvent = GatewayEvent & { readonly at: number };

/** Whether a listener may hear of an event. */
export type MayHear = (event: GatewayEvent) => boolean;

/** Events as they happen, for one listener. It ends when it is closed, or when it fell behind (`fellBehind`). */
export class Listener implements AsyncIterable<TimedEvent> {
  readonly #mayHear: MayHear;
  readonly #most: number;
  readonly #leave: (listener: Listener) => void;
  #waiting: TimedEvent[] = [];
  #wake: (() => void) | undefined;
  #open = true;
  #behind = false;

  constructor(mayHear: MayHear, most: number, leave: (listener: Listener) => void) {
    this.#mayHear = mayHear;
    this.#most = most;
    this.#leave = leave;
  }

  /** More happened than it took: it was dropped, and what it has not taken is lost. */
  get fellBehind(): boolean {
    return this.#behind;
  }

  tell(event: TimedEvent): void {
    if (!this.#open || !this.#mayHear(event)) return;
    if (this.#waiting.length >= this.#most) {
      this.#behind = true;
      this.#waiting = [];
      this.close();
      return;
    }
    this.#waiting.push(event);
    this.#wake?.();
  }

  close(): void {
    this.#open = false;
    this.#leave(this);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TimedEvent, void, void> {
    for (;;) {
      const event = this.#waiting.shift();
      if (event !== undefined) yield event;
      else if (!this.#open) return;
      else await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
  }
}

/** Events that one listener may have waiting. */
const MOST_WAITING = 1000;

/** What happens in a gateway, for those who listen. Nothing is kept for those who do not: the log is for that. */
export class EventFeed {
  readonly #listeners = new Set<Listener>();
  readonly #now: () => number;
  readonly #most: number;

  /** @param now - milliseconds */
  constructor(now: () => number, mostWaiting = MOST_WAITING) {
    this.#now = now;
    this.#most = mostWaiting;
  }

  publish(event: GatewayEvent): void {
    if (this.#listeners.size === 0) return;
    const timed = { ...event, at: this.#now() };
    for (const listener of this.#listeners) listener.tell(timed);
  }

  listen(mayHear: MayHear): Listener {
    const listener = new Listener(mayHear, this.#most, (leaving) => this.#listeners.delete(leaving));
    this.#listeners.add(listener);
    return listener;
  }

  /** Lets all listeners go. */
  close(): void {
    for (const listener of [...this.#listeners]) listener.close();
  }
}
