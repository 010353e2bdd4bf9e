/** Resolves when the signal is aborted: the process was told to stop. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => { resolve(); }, { once: true });
  });
}
