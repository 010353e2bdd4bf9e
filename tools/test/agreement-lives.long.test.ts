import { expect, it } from "vitest";

import { lives } from "./support/agreement.ts";

it("router and reference agree through 100 lives from seed 1000, some 40 decisions each", () => {
  expect(lives(1000, 100)).toEqual([]);
});
