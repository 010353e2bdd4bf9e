import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { eventsIn } from "../src/gateway/event-stream.ts";

describe("events in a stream", () => {
  it("are the same wherever the stream is cut", () => {
    const event = fc.record({ id: fc.stringMatching(/^[a-z]+-[0-9]{1,6}$/), data: fc.jsonValue() });
    fc.assert(fc.property(fc.array(event), fc.nat(), fc.constantFrom("\n", "\r\n"), (sent, at, end) => {
      const text = sent.map(({ id, data }) => `: beat${end}id: ${id}${end}data: ${JSON.stringify(data)}${end}${end}`).join("");
      const cut = text.length === 0 ? 0 : at % text.length;
      const first = eventsIn(text.slice(0, cut));
      const second = eventsIn(first.rest + text.slice(cut));
      expect([...first.events, ...second.events]).toEqual(sent.map(({ id, data }) => ({ id, data: JSON.parse(JSON.stringify(data)) as unknown })));
      expect(second.rest).toBe("");
    }));
  });

  it("leave out what says nothing", () => {
    expect(eventsIn(": beat\n\ndata: {broken\n\nid: a-1\n\n")).toEqual({ events: [], rest: "" });
  });
});
