import { SharedText } from "@caio/core";
import { describe, expect, it } from "vitest";

import { SharedPartsReceiver, SharedPartsSender } from "../src/pool/shared-parts.ts";

describe("what certificates have in common, on its way between threads", () => {
  it("arrives as it was, in few texts however many there were, short and long ones, also across a new beginning", () => {
    const [sender, receiver] = [new SharedPartsSender(), new SharedPartsReceiver()];
    const always = new SharedText("always".repeat(100));
    let most = 0;
    for (let version = 0; version < 9000; version++) {
      // Every thousandth is as long as what H shows of many pairs.
      const long = version % 1000 === 0;
      const own = new SharedText(`${String(version)}${"x".repeat(long ? 3_000_000 : 600)}`);
      const parts = ["{", always, ",", own, ",", always, "}"];
      const received = receiver.received(structuredClone(sender.sent(parts)));
      if (!received.every((part, at) => textOf(part) === textOf(parts[at]))) expect.fail(`version ${String(version)} arrived as another text`);
      most = Math.max(most, receiver.size);
    }
    expect(most).toBeLessThanOrEqual(4096);
  });

  it("keeps no more of long texts than their length allows", () => {
    const [sender, receiver] = [new SharedPartsSender(), new SharedPartsReceiver()];
    for (let version = 0; version < 20; version++) receiver.received(sender.sent([new SharedText(`${String(version)}${"x".repeat(1_000_000)}`)]));
    expect(receiver.size).toBeLessThanOrEqual(8);
    // One that is longer than all that is kept goes alone.
    const huge = new SharedText("y".repeat(9_000_000));
    expect(receiver.received(sender.sent([huge, huge])).map(textOf)).toEqual([huge.text, huge.text]);
    expect(receiver.size).toBe(1);
  });
});

function textOf(part: string | SharedText | undefined): string | undefined {
  return typeof part === "object" ? part.text : part;
}
