import { describe, expect, it } from "vitest";

import { runCampaign, type CampaignResult, type Survivor } from "../verification/campaign.ts";
import { checkWorlds } from "../verification/check-worlds.ts";
import { committedKinds, idOf } from "../verification/committed/committed.ts";
import { linkedDecision } from "../verification/committed/committed-mutant.ts";
import { redecide } from "../verification/committed/redecide.ts";
import { relink } from "../verification/committed/relink.ts";
import { randomWorld } from "../worlds/random-world.ts";

function bugs({ survivors }: CampaignResult): Survivor[] {
  return survivors.filter(({ standing }) => standing === "unexplained" || standing === "wrongly refused");
}

function mutantsOf({ kinds }: CampaignResult): number {
  return Object.values(kinds).reduce((sum, { mutants }) => sum + mutants, 0);
}

describe("the verifier", () => {
  it("accepts every certificate of the router", async () => {
    const { worlds, bundles, failing } = await checkWorlds(40_001, 50);
    expect([worlds, bundles]).toEqual([50, 5]);
    expect(failing).toEqual([]);
  }, 240_000);

  it("refuses every mutant, or the survivor is explained", async () => {
    const result = await runCampaign(50_001, 15, 20);
    expect(mutantsOf(result)).toBeGreaterThan(50);
    for (const kind of [...committedKinds, "claims"]) expect(Object.keys(result.kinds)).toContain(kind);
    expect(bugs(result)).toEqual([]);
  }, 240_000);
});

describe("an operator who commits anew", () => {
  it("writes the router's own certificate where nothing was changed", () => {
    for (let seed = 51_001; seed <= 51_010; seed++) {
      const { committed, material } = linkedDecision(randomWorld(seed));
      const before = { ...committed, services: [], base: null, named: {}, history: [], request: {} };
      expect(relink(committed, before, material), `seed ${String(seed)}`).toEqual(material);
    }
  }, 60_000);

  it("is found true of the inputs as they were, and false of a service that drains", () => {
    for (let seed = 51_001, chosen = 0; chosen < 3; seed++) {
      const { world, decision, committed, material } = linkedDecision(randomWorld(seed));
      expect(redecide(committed, world, material.certificate), `seed ${String(seed)}`).toEqual({ standing: "true", differences: [], loose: [] });
      if (decision.kind !== "chosen") continue;
      chosen++;
      const { service } = decision.outcome.selected;
      const services = committed.services.map((other) => (idOf(other) === service ? { ...other, draining: true } : other));
      const drained = { ...committed, services };
      expect(redecide(drained, world, relink(drained, committed, material).certificate).standing).toBe("false");
    }
  }, 60_000);
});
