import { expect, it } from "vitest";

import { differences, disagreements, lives, onlineDisagreements } from "./support/agreement.ts";

/** A sample of what the long tests do. */
it("router and reference agree on 150 random worlds", { timeout: 120_000 }, () => {
  expect(disagreements(40_001, 150)).toEqual([]);
});

it("20 random worlds are decided byte for byte the same twice", { timeout: 60_000 }, () => {
  expect(differences(50_001, 20)).toEqual([]);
});

it("router and reference agree through 4 lives, in which requests come again and everything else changes", { timeout: 120_000 }, () => {
  expect(lives(1, 4)).toEqual([]);
});

it("router and reference agree on 60 random worlds in which values are learned online", { timeout: 120_000 }, () => {
  expect(onlineDisagreements(60_001, 60)).toEqual([]);
});
