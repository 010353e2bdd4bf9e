import { caioRoute } from "@caio/orchestrator";
import { verifyCertificate } from "@caio/verifier";
import { describe, expect, it } from "vitest";

import { worldInputs } from "../differential/world-inputs.ts";
import { runCampaign } from "../verification/campaign.ts";
import { materialOf } from "../verification/material.ts";
import { reasonFor } from "../verification/survivors.ts";
import { randomWorld } from "../worlds/random-world.ts";

describe("the verifier", () => {
  it("accepts every certificate of the router", () => {
    for (let seed = 40_001; seed <= 40_060; seed++) {
      const world = randomWorld(seed);
      const report = verifyCertificate(materialOf(world, caioRoute(world.request, worldInputs(world))));
      expect(report.checks.filter(({ verdict }) => verdict === "fail"), `seed ${String(seed)}`).toEqual([]);
    }
  }, 60_000);

  it("refuses every mutant, or the survivor is explained", async () => {
    const { mutants, survivors } = await runCampaign(50_001, 16, 32);
    expect(mutants).toBeGreaterThan(450);
    expect(survivors.filter((survivor) => reasonFor(survivor) === undefined)).toEqual([]);
  }, 60_000);
});
