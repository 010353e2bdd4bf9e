import type { GatewayClient } from "./gateway-client.ts";

/** A server-sent event: its name in the stream, and its data as they came. */
export interface StreamEvent {
  readonly id: string | undefined;
  readonly data: unknown;
}

/** The events in a text of server-sent events, as far as they are whole, and the rest. Lines that are no JSON are dropped. */
export function eventsIn(text: string): { readonly events: readonly StreamEvent[]; readonly rest: string } {
  const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop() ?? "";
  return { events: blocks.flatMap(eventOf), rest };
}

/**
 * Listens to the gateway until the signal ends it, and comes back by itself, from where it was. `EventSource` cannot send a key.
 *
 * @param onEvents - what came at once
 * @param onState - whether it listens
 */
export async function listen(gateway: GatewayClient, kinds: readonly string[], { signal, onEvents, onState }: ListenTerms): Promise<void> {
  let last: string | undefined;
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const headers = { accept: "text/event-stream", ...(last === undefined ? {} : { "last-event-id": last }) };
      const { body } = await gateway.ask(`api/v1/events?kinds=${kinds.join(",")}`, { headers, signal });
      onState(true);
      tries = 0;
      let kept = "";
      for await (const part of textOf(body)) {
        const { events, rest } = eventsIn(kept + part);
        kept = rest;
        last = events.findLast(({ id }) => id !== undefined)?.id ?? last;
        if (events.length > 0) onEvents(events);
      }
    } catch {
      // Asked again below, unless it was told to end.
    }
    onState(false);
    await later(Math.min(10_000, 500 * 2 ** tries), signal);
  }
}

export interface ListenTerms {
  readonly signal: AbortSignal;
  readonly onEvents: (events: readonly StreamEvent[]) => void;
  readonly onState: (listens: boolean) => void;
}

function eventOf(block: string): StreamEvent[] {
  const lines = block.split("\n");
  const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
  if (data.length === 0) return [];
  try {
    return [{ id: lines.find((line) => line.startsWith("id:"))?.slice(3).trim(), data: JSON.parse(data.join("\n")) as unknown }];
  } catch {
    return [];
  }
}

async function* textOf(body: ReadableStream<Uint8Array<ArrayBuffer>> | null): AsyncGenerator<string, void, void> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

async function later(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
