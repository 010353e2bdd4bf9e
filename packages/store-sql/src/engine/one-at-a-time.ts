/** Lets one piece of work at a time have what must not change under it, in the order in which they ask. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /** Does the work when all that asked before has ended. Rejects with what it throws. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
