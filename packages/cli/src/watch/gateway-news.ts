import { setTimeout as pause } from "node:timers/promises";

import type { GatewayClient } from "../remote/gateway-client.ts";

/** At the latest so many milliseconds after a look there is another one, whatever is heard: not everything is an event. */
const LATEST_MS = 5000;
/** What happens at once is looked at once. */
const TOGETHER_MS = 150;

/**
 * Waits for something to happen at a gateway, by its own word: resolves soon after an event of these kinds, and after five seconds without
 * one. Whose key may not listen, and who is cut off, looks every five seconds, and listening is tried again.
 */
export function gatewayNews(client: GatewayClient, kinds: readonly string[], signal: AbortSignal): (signal: AbortSignal) => Promise<void> {
  let [told, wake] = [false, (): void => undefined];
  const listen = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        for await (const kind of client.events(kinds)) {
          if (kind === "") continue;
          told = true;
          wake();
        }
      } catch {
        // Looking goes on without it, and says what is wrong.
      }
      await pause(LATEST_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  };
  let listening: Promise<void> | undefined;
  return async (stopped) => {
    listening ??= listen();
    const woken = new Promise<void>((resolve) => { wake = resolve; });
    if (!told) await Promise.race([woken, pause(LATEST_MS, undefined, { signal: stopped }).catch(() => undefined)]);
    told = false;
    await pause(TOGETHER_MS, undefined, { signal: stopped }).catch(() => undefined);
  };
}
