import { expect, it } from "vitest";

import { differences, disagreements } from "./support/agreement.ts";

/** A sample of what the long tests do. */
it("router and reference agree on 600 random worlds", { timeout: 120_000 }, () => {
  expect(disagreements(40_001, 600)).toEqual([]);
});

it("60 random worlds are decided byte for byte the same twice", { timeout: 60_000 }, () => {
  expect(differences(50_001, 60)).toEqual([]);
});
