import { describe, expect, it } from "vitest";

import { NewestOnly } from "../src/parts/newest-only.ts";

describe("questions of which only the newest counts", () => {
  it("drops what comes of an earlier one, whichever ends first", async () => {
    const newest = new NewestOnly();
    let end: (answer: string) => void = () => undefined;
    const first = newest.of(new Promise<string>((resolve) => { end = resolve; }));
    expect(await newest.of(Promise.resolve("of the second file"))).toBe("of the second file");
    end("of the first file");
    expect(await first).toBeUndefined();
  });

  it("drops what was forgotten, and takes what is asked after it", async () => {
    const newest = new NewestOnly();
    const asked = newest.of(Promise.resolve("old"));
    newest.forget();
    expect(await asked).toBeUndefined();
    expect(await newest.of(Promise.resolve("new"))).toBe("new");
  });
});
