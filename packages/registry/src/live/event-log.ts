import type { GapEvent, RegistryEvent, ServiceEvent } from "./registry-event.ts";

/** An event with the position to read on from. */
export interface Reading {
  readonly event: RegistryEvent;
  readonly next: number;
}

/**
 * The latest events, shared by all who watch: a reader is only a position, so neither many readers nor slow ones cost
 * memory. Whole epochs are dropped, oldest first, once there are twice as many events as must be kept.
 */
export class EventLog {
  readonly #capacity: number;
  #events: ServiceEvent[] = [];
  /** Position of the first event kept. */
  #first = 0;
  /** Epoch of the last event dropped. */
  #droppedEpoch = 0;
  readonly #listeners = new Set<() => void>();

  /** @param capacity - how many events are kept at least */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Adds the events of one epoch and wakes the readers. */
  append(events: readonly ServiceEvent[]): void {
    this.#events.push(...events);
    if (this.#events.length > this.#capacity * 2) this.#drop(this.#events.length - this.#capacity);
    for (const listener of [...this.#listeners]) listener();
  }

  /** What follows `position` and is later than epoch `since`: an event, or a gap where events were dropped. */
  read(position: number, since: number): Reading | undefined {
    if (position < this.#first) {
      const next = this.#first;
      const gap: GapEvent = { kind: "gap", epoch: this.#droppedEpoch };
      return this.#droppedEpoch > since ? { event: gap, next } : this.read(next, since);
    }
    for (let place = position - this.#first; place < this.#events.length; place++) {
      const event = this.#events[place];
      if (event !== undefined && event.epoch > since) return { event, next: this.#first + place + 1 };
    }
    return undefined;
  }

  /** Calls `listener` after each append, until the function returned is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #drop(least: number): void {
    let count = least;
    while (this.#events[count]?.epoch === this.#events[count - 1]?.epoch && count < this.#events.length) count++;
    this.#droppedEpoch = this.#events[count - 1]?.epoch ?? this.#droppedEpoch;
    this.#events = this.#events.slice(count);
    this.#first += count;
  }
}
