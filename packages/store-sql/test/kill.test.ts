import { expect, it } from "vitest";

import { runKillCampaign } from "./support/kill/kill-campaign.ts";

it("a log whose writer is killed 3 times holds all that it confirmed", { timeout: 900_000 }, async () => {
  const seed = Math.floor(Math.random() * 0x7fff_ffff);
  console.log(`kill -9: seed ${String(seed)}`);
  const figures = await runKillCampaign({ engine: "sqlite", kills: 3, seed });
  console.log(`kill -9: ${JSON.stringify(figures)}`);
  expect(figures.entries).toBeGreaterThanOrEqual(20);
});
