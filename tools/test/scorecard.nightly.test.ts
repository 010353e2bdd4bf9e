import { describe, it } from "vitest";

import { offeredBreakages } from "../scorecard/invariants/breakage.ts";
import { readInvariants } from "../scorecard/invariants/invariant.ts";
import { expectBoundRed } from "./support/broken-build.ts";

describe("every build that is offered broken turns RED what its invariants say, and nothing else", () => {
  it.each(offeredBreakages(readInvariants()).map(({ fault }) => fault.id))("%s", async (name) => {
    await expectBoundRed(name, 2_000);
  });
});
