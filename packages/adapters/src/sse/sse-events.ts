import { createParser } from "eventsource-parser";

/** One event of a stream (WHATWG HTML §9.2): its type, if it names one, and its data. */
export interface SseEvent {
  readonly event: string | undefined;
  readonly data: string;
}

/** What is no event stream, or none of bounded size. */
export class SseFault extends Error {
  override readonly name = "SseFault";
  readonly reason: "garbage" | "too_large";

  constructor(reason: "garbage" | "too_large") {
    super(reason === "garbage" ? "a line that belongs to no event" : "an event that is larger than allowed");
    this.reason = reason;
  }
}

/**
 * The events of a body, each as soon as it is complete. Comments are skipped. Stricter than a browser, which skips what it
 * does not know: a line that is no field, and bytes that are not UTF-8, are faults. Events before the fault are given first.
 *
 * @param maxEventChars - longest event
 * @throws SseFault, and what the body throws.
 */
export async function* sseEvents(body: AsyncIterable<Uint8Array>, maxEventChars: number): AsyncGenerator<SseEvent, void, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let ready: SseEvent[] = [];
  const faults: SseFault[] = [];
  const parser = createParser({
    maxBufferSize: maxEventChars,
    onEvent: ({ event, data }) => {
      if (faults.length === 0) ready.push({ event, data });
    },
    onError: ({ type }) => {
      if (type !== "invalid-retry") faults.push(new SseFault(type === "unknown-field" ? "garbage" : "too_large"));
    },
  });
  for await (const bytes of body) {
    parser.feed(decode(() => decoder.decode(bytes, { stream: true })));
    const events = ready;
    ready = [];
    yield* events;
    const [fault] = faults;
    if (fault !== undefined) throw fault;
  }
}

function decode(text: () => string): string {
  try {
    return text();
  } catch {
    throw new SseFault("garbage");
  }
}
