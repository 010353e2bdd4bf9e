import { expect, it } from "vitest";

import { compareOnRandom } from "../cel/differential.ts";

it("router, verifier and @bufbuild/cel agree on 100 000 random conditions from seed 1", () => {
  const { counts, shown } = compareOnRandom(1, 100_000);
  expect(shown).toEqual([]);
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(100_000);
});
