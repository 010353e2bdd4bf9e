const MINUTE_MS = 60_000;

/** Times of the last n calls: no more than n in any minute, wherever it begins. */
export class MinuteWindow {
  #times: number[] = [];
  /** Where the oldest time that counts stands. */
  #first = 0;

  /**
   * Takes one.
   *
   * @param nowMs - milliseconds of a monotonic clock
   * @returns 0 if it was taken, else the milliseconds until there is room
   */
  take(perMinute: number, nowMs: number): number {
    while (this.#first < this.#times.length && nowMs - (this.#times[this.#first] ?? 0) >= MINUTE_MS) this.#first += 1;
    if (this.#first > 1024 && this.#first * 2 > this.#times.length) {
      this.#times = this.#times.slice(this.#first);
      this.#first = 0;
    }
    const taken = this.#times.length - this.#first;
    if (taken < perMinute) {
      this.#times.push(nowMs);
      return 0;
    }
    // With a smaller limit than before, as many have to leave as there are too many.
    const leaving = this.#times[this.#first + taken - perMinute];
    return leaving === undefined ? MINUTE_MS : Math.max(1, leaving + MINUTE_MS - nowMs);
  }
}
