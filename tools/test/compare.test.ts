import { expect, it } from "vitest";

import { allDeciders } from "../compare/deciders/all.ts";
import { compareDeciders } from "../compare/measure.ts";
import { randomShop } from "../compare/world/random-shop.ts";

const FRESH = Math.floor(Math.random() * 1_000_000);

it.each([{ seed: 7, allFire: false }, { seed: 7, allFire: true }, { seed: FRESH, allFire: false }])(
  "the router and everyone beside it give the same answers: seed $seed, all rules fire: $allFire",
  { timeout: 60_000 },
  async ({ seed, allFire }) => {
    const shop = randomShop(seed, { services: 120, rules: 24, candidates: 20, requests: 20, allFire });
    const { chosen, deciders } = await compareDeciders(await allDeciders(shop), 20, 1);
    expect(deciders).toHaveLength(8);
    // Neither all nor none: both kinds of answers are compared.
    expect(chosen).toBeGreaterThan(2);
    expect(chosen).toBeLessThan(20);
  },
);

it("an answer that differs ends the comparison", async () => {
  const deciders = new Map<string, (request: number) => string | null>([
    ["first", () => "a"],
    ["second", (request) => (request === 1 ? null : "a")],
  ]);
  await expect(compareDeciders(deciders, 2, 1)).rejects.toThrow("Request 1: second answers null, the first one a.");
});
