import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { sseEvents, SseFault, type SseEvent } from "../src/sse/sse-events.ts";

/** The body in pieces that end at the places given. */
// eslint-disable-next-line @typescript-eslint/require-await -- a body that need not wait
async function* inPieces(text: string | Uint8Array, cuts: readonly number[] = []): AsyncGenerator<Uint8Array, void, void> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  let start = 0;
  for (const cut of [...cuts.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    yield bytes.subarray(start, cut);
    start = cut;
  }
}

async function read(body: AsyncIterable<Uint8Array>, maxEventChars = 10_000): Promise<{ data: string[]; error: unknown }> {
  const events: SseEvent[] = [];
  try {
    for await (const event of sseEvents(body, maxEventChars)) events.push(event);
    return { data: events.map(({ data }) => data), error: undefined };
  } catch (error) {
    return { data: events.map(({ data }) => data), error };
  }
}

describe("events of a body", () => {
  it("are the same however the bytes are cut, with any ends of lines, comments and fields between", async () => {
    const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).map((each) => each.replace(/[\r\n\ufeff\0]/g, "x"));
    const property = fc.asyncProperty(
      fc.array(fc.record({ lines: fc.array(text, { minLength: 1, maxLength: 3 }), comment: fc.boolean(), end: lineEnd }), { maxLength: 5 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      async (events, cuts) => {
        const body = events
          .map(({ lines, comment, end }) => `${comment ? `: x${end}id: 7${end}event: message${end}` : ""}${lines.map((line) => `data: ${line}${end}`).join("")}${end}`)
          .join("");
        const whole = new TextEncoder().encode(body);
        // A carriage return at the very end may yet be half of a line's end.
        const { data, error } = await read(inPieces(new Uint8Array([...whole, 10]), cuts));
        expect(error).toBeUndefined();
        expect(data).toEqual(events.map(({ lines }) => lines.join("\n")));
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it("need a blank line: what is cut off is no event", async () => {
    expect(await read(inPieces("data: a\n\ndata: b\n"))).toEqual({ data: ["a"], error: undefined });
  });

  it.each([
    ["a line that is no field", "data: a\n\n%%% garbage\n\ndata: b\n\n", "garbage"],
    ["bytes that are not UTF-8", new Uint8Array([...new TextEncoder().encode("data: a\n\n"), 0xff, 10]), "garbage"],
    ["a line without an end", `data: a\n\ndata: ${"x".repeat(20_000)}`, "too_large"],
    ["an event without an end", `data: a\n\n${"data: x\n".repeat(20_000)}`, "too_large"],
  ])("end at %s, after those before it", async (_name, body, reason) => {
    const { data, error } = await read(inPieces(body, [9]));
    expect(data).toEqual(["a"]);
    expect(error).toBeInstanceOf(SseFault);
    expect(error).toMatchObject({ reason });
  });
});
