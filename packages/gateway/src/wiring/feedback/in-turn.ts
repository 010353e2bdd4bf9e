/** Does work one after another where it is about the same thing, and else at once. */
export class InTurn {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(about: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(about) ?? Promise.resolve();
    const done = before.then(work, work);
    this.#last.set(about, done);
    try {
      return await done;
    } finally {
      if (this.#last.get(about) === done) this.#last.delete(about);
    }
  }
}
