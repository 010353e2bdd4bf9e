import { expect, it } from "vitest";

import { disagreements } from "./support/agreement.ts";

it("router and reference agree on 10 000 random worlds from seed 10 001", () => {
  expect(disagreements(10_001, 10_000)).toEqual([]);
});
