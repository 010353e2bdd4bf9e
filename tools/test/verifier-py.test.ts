import { describe, it } from "vitest";

import { expectGolden, expectRandomWorlds, withoutPython } from "./support/python-verifier.ts";

/** A sample of what the long tests do. */
describe.skipIf(withoutPython())("verifier in Python, written from the documents alone", { timeout: 240_000 }, () => {
  it("accepts the bundles of 40 golden worlds, and none under another key", () => {
    expectGolden(40);
  });

  it("accepts the certificates of 20 random worlds, and none of which the decision was changed", () => {
    expectRandomWorlds(41_000, 20);
  });
});
