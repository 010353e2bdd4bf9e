import { expect, it } from "vitest";

import { allDeciders } from "../compare/deciders/all.ts";
import { handWritten } from "../compare/deciders/hand-written.ts";
import { compareDeciders } from "../compare/measure.ts";
import { randomShop } from "../compare/world/random-shop.ts";

const SIZE = { services: 120, rules: 24, candidates: 20, requests: 20 };

/**
 * The first shop from a random one on in which some requests end in a choice and some do not (of one in fifty all do), and no two services are
 * equally good: each decider takes another one then.
 */
function freshSeed(): number {
  for (let seed = Math.floor(Math.random() * 1_000_000); ; seed++) {
    const shop = randomShop(seed, { ...SIZE, allFire: false });
    const [answers, backwards] = [shop, { ...shop, services: shop.services.toReversed() }].map((each) => shop.requests.map((_, request) => handWritten(each)(request)));
    const chosen = answers?.filter((answer) => answer !== null).length ?? 0;
    if (chosen > 2 && chosen < SIZE.requests && answers?.every((answer, request) => answer === backwards?.[request]) === true) return seed;
  }
}

it.each([{ seed: 7, allFire: false }, { seed: 7, allFire: true }, { seed: freshSeed(), allFire: false }])(
  "the router and everyone beside it give the same answers: seed $seed, all rules fire: $allFire",
  { timeout: 60_000 },
  async ({ seed, allFire }) => {
    const shop = randomShop(seed, { ...SIZE, allFire });
    const { chosen, deciders } = await compareDeciders(await allDeciders(shop), SIZE.requests, 1);
    expect(deciders).toHaveLength(8);
    // Neither all nor none: both kinds of answers are compared.
    expect(chosen).toBeGreaterThan(2);
    expect(chosen).toBeLessThan(SIZE.requests);
  },
);

it("an answer that differs ends the comparison", async () => {
  const deciders = new Map<string, (request: number) => string | null>([
    ["first", () => "a"],
    ["second", (request) => (request === 1 ? null : "a")],
  ]);
  await expect(compareDeciders(deciders, 2, 1)).rejects.toThrow("Request 1: second answers null, the first one a.");
});
