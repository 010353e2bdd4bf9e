import type { Clock } from "@caio/guarantees";
import type { Door } from "@caio/orchestrator";

/** How long ago something was confirmed: the greater of two ages, by the wall clock, which counts the time that a machine sleeps, and by one that nobody sets back. */
export class ConfirmedAge {
  readonly #clock: Clock;
  readonly #door: Pick<Door, "now">;
  #wall = 0;
  #steady = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, door: Pick<Door, "now">) {
    this.#clock = clock;
    this.#door = door;
  }

  /** @param agoMs - how long before this it was confirmed, milliseconds */
  confirm(agoMs = 0): void {
    this.#wall = this.#door.now() - agoMs;
    this.#steady = this.#clock.nowUs() - agoMs * 1000;
  }

  /** Milliseconds, whole; since 1970 if it never was. */
  get ms(): number {
    const wall = this.#door.now() - this.#wall;
    return this.#wall === 0 ? wall : Math.ceil(Math.max(0, wall, (this.#clock.nowUs() - this.#steady) / 1000));
  }
}
