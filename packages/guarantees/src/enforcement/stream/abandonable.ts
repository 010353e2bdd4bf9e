/** An iterator whose consumer may leave at any moment, even while it waits for a value. */
export interface Abandonable<T, R> extends AsyncIterableIterator<T, R, void> {
  /** Leaves. Settles when everything behind the iterator has ended, with its last word. */
  return(): Promise<IteratorResult<T, R>>;
}

/**
 * Lets a consumer leave a generator at once. A generator's own `return` waits for the value under way; this one calls
 * `abandon` first, which must make the generator end soon, and then runs it to its end, so that it ends in one way only,
 * whether it was left, cancelled or done.
 */
export function abandonable<T, R>(inner: AsyncGenerator<T, R, void>, abandon: () => void): Abandonable<T, R> {
  let last: IteratorReturnResult<R> | undefined;
  const next = async (): Promise<IteratorResult<T, R>> => {
    const step = await inner.next();
    if (step.done !== true) return step;
    last ??= step;
    return last;
  };
  return {
    next,
    return: async () => {
      if (last !== undefined) return last;
      abandon();
      for (;;) {
        const step = await next();
        if (step.done === true) return step;
      }
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
