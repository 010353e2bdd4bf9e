import { describe, it } from "vitest";

import { expectBoundRed } from "./support/broken-build.ts";

describe("a build that was broken on purpose", () => {
  it("turns RED what it breaks, and nothing else", { timeout: 120_000 }, async () => {
    await expectBoundRed("changed-payloads-pass", 10);
  });
});
