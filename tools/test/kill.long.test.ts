import { expect, it } from "vitest";

import { killCampaign } from "../gateway/kill/campaign.ts";
import { isLost, killTables, rowsOf } from "../gateway/kill/kill-table.ts";

it.each(["error", "resume"] as const)("kill -9 of services and of the gateway, and hot swaps, under load lose nothing (after the first byte: %s)", async (afterFirstByte) => {
  const seed = Math.floor(Math.random() * 1e9);
  console.log(`kill -9: seed ${String(seed)}`);
  const report = await killCampaign({ afterFirstByte, services: 8, together: 60, requests: 200, gatewayKills: 2, seed });
  console.log(killTables([report]));
  expect(report.told.filter(isLost)).toEqual([]);
  expect(report.log).toMatchObject({ verifies: true, missing: [] });
  expect(report.witnessed).toMatchObject({ checkpoints: 4, forks: 0 });
  const [quiet, one, half, , gateway] = rowsOf(report);
  expect(quiet).toMatchObject({ typed: 0, killed: 0 });
  // What was killed was in use.
  expect((one?.fallback ?? 0) + (one?.resumed ?? 0)).toBeGreaterThan(0);
  expect((half?.fallback ?? 0) + (half?.resumed ?? 0)).toBeGreaterThan(0);
  expect(gateway?.killed).toBeGreaterThan(0);
  // A gateway that started again serves.
  expect(gateway?.ok).toBeGreaterThan(100);
});
