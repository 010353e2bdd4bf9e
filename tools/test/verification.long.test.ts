import { describe, expect, it } from "vitest";

import { runCampaign } from "../verification/campaign.ts";
import { checkWorlds } from "../verification/check-worlds.ts";

describe("the verifier, at length", () => {
  it("accepts every certificate of the router", async () => {
    const { worlds, failing } = await checkWorlds(60_001, 800);
    expect(worlds).toBe(800);
    expect(failing).toEqual([]);
  });

  it("refuses every mutant, or the survivor is explained", async () => {
    const { kinds, survivors } = await runCampaign(70_001, 40, 60);
    expect(Object.values(kinds).reduce((sum, { mutants }) => sum + mutants, 0)).toBeGreaterThan(200);
    expect(survivors.filter(({ standing }) => standing === "unexplained" || standing === "wrongly refused")).toEqual([]);
  });
});
