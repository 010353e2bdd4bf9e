import { expect, it } from "vitest";

import { hasPostgres } from "./support/databases.ts";
import { runKillCampaign, type KillCampaign } from "./support/kill/kill-campaign.ts";

const engines: readonly KillCampaign["engine"][] = hasPostgres ? ["sqlite", "postgres"] : ["sqlite"];

it.each(engines)("a log in %s holds all that it confirmed when what writes it is killed", { timeout: 900_000 }, async (engine) => {
  const seed = Math.floor(Math.random() * 0x7fff_ffff);
  console.log(`kill -9 with ${engine}: seed ${String(seed)}`);
  const figures = await runKillCampaign({ engine, kills: 3, seed });
  console.log(`kill -9 with ${engine}: ${JSON.stringify(figures)}`);
  expect(figures.entries).toBeGreaterThanOrEqual(20);
});
