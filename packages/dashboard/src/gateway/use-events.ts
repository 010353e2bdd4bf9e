import { useEffect, useRef } from "preact/hooks";

import { listen } from "./event-stream.ts";
import type { GatewayClient } from "./gateway-client.ts";

/** Between two looks that events give rise to, milliseconds. */
const LOOK_EVERY = 2000;

/** Calls back after something of these kinds has happened, once for all that happened in two seconds. */
export function useEvents(gateway: GatewayClient, kinds: string, onEvents: () => void): void {
  const call = useRef(onEvents);
  call.current = onEvents;
  useEffect(() => {
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        call.current();
      }, LOOK_EVERY);
    };
    void listen(gateway, kinds.split(","), { signal: ended.signal, onEvents: soon, onState: () => undefined });
    return () => { ended.abort(); clearTimeout(timer); };
  }, [gateway, kinds]);
}
