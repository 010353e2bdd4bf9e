import { expect, it } from "vitest";

import { differences, disagreements, lives } from "./support/agreement.ts";

/** Another million each night would be another seed; the same million shows what changed since the last. */
it("router and reference agree on 1 000 000 random worlds from seed 1 000 000", { timeout: 36_000_000 }, () => {
  for (let from = 1_000_000; from < 2_000_000; from += 10_000) {
    expect(disagreements(from, 10_000)).toEqual([]);
    console.log(`worlds up to seed ${String(from + 9_999)}: none disagrees`);
  }
});

it("router and reference agree through 5 000 lives from seed 100 000", { timeout: 36_000_000 }, () => {
  expect(lives(100_000, 5_000)).toEqual([]);
});

it("50 000 random worlds are decided byte for byte the same twice", { timeout: 36_000_000 }, () => {
  expect(differences(40_001, 50_000)).toEqual([]);
});
