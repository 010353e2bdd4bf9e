import type { JsonObject } from "@caio/core";

/** All that is told of. */
export const eventKinds = ["decision", "registry", "verdict", "circuit", "shadow", "approval", "feedback", "witness", "quality"] as const;

/** Something that happened. `tenant`: whose it is; `service`: for whoever may see that service. Neither: for admins alone. */
export interface GatewayEvent {
  readonly kind: (typeof eventKinds)[number];
  readonly tenant?: string;
  readonly service?: string;
  readonly details: JsonObject;
}

/** An event with the time when it was told of, milliseconds, and its name: `RUN-NUMBER`, by which a listener says what it has heard. */
export type TimedEvent = GatewayEvent & { readonly at: number; readonly id: string };

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

  /** Events that a listener asked for happened in a run that is over, or too long ago: it has to look at the log for them. */
  missed = false;

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
/** Events that are kept for those who come back. */
const KEPT = 500;

export interface FeedTerms {
  /** Milliseconds. */
  readonly now: () => number;
  /** Of this process and no other: letters and digits. */
  readonly run: string;
  readonly mostWaiting?: number;
  readonly kept?: number;
}

/** What happens in a gateway, for those who listen; the last of it is kept, for those who come back. The log has all of it. */
export class EventFeed {
  readonly #listeners = new Set<Listener>();
  readonly #terms: Required<FeedTerms>;
  /** Event n at n modulo its length. */
  readonly #recent: TimedEvent[] = [];
  #count = 0;

  constructor({ mostWaiting = MOST_WAITING, kept = KEPT, ...terms }: FeedTerms) {
    this.#terms = { ...terms, mostWaiting, kept };
  }

  publish(event: GatewayEvent): void {
    const { now, run, kept } = this.#terms;
    const number = this.#count++;
    const timed = { ...event, at: now(), id: `${run}-${String(number)}` };
    this.#recent[number % kept] = timed;
    for (const listener of this.#listeners) listener.tell(timed);
  }

  /** @param last - the name of the last event that the listener heard, if it was here before: it is told what happened since */
  listen(mayHear: MayHear, last?: string): Listener {
    const listener = new Listener(mayHear, this.#terms.mostWaiting, (leaving) => this.#listeners.delete(leaving));
    if (last !== undefined) this.#catchUp(listener, last);
    this.#listeners.add(listener);
    return listener;
  }

  /** Lets all listeners go. */
  close(): void {
    for (const listener of [...this.#listeners]) listener.close();
  }

  #catchUp(listener: Listener, last: string): void {
    const { run, kept } = this.#terms;
    const [, ofRun, digits] = /^([0-9A-Za-z]+)-([0-9]{1,15})$/.exec(last) ?? [];
    const next = Number(digits) + 1;
    const oldest = Math.max(0, this.#count - kept);
    const known = ofRun === run && next >= oldest && next <= this.#count;
    listener.missed = !known;
    for (let number = known ? next : oldest; number < this.#count; number++) {
      const event = this.#recent[number % kept];
      if (event !== undefined) listener.tell(event);
    }
  }
}
