/** Pauses between tries, milliseconds. */
const [SHORTEST, LONGEST] = [10, 250];

/**
 * Does something again and again while it fails of what may pass, for a time.
 *
 * @param patienceMs - after it, no more tries begin; 0: one try
 */
export async function patiently<T>(patienceMs: number, mayPass: (error: unknown) => boolean, action: () => Promise<T>): Promise<T> {
  const patience = { over: patienceMs === 0 };
  const timer = setTimeout(() => { patience.over = true; }, patienceMs);
  try {
    for (let wait = SHORTEST; ; wait = Math.min(wait * 2, LONGEST)) {
      try {
        return await action();
      } catch (error) {
        if (patience.over || !mayPass(error)) throw error;
      }
      await new Promise((next) => setTimeout(next, wait));
    }
  } finally {
    clearTimeout(timer);
  }
}
