import { installedPostgres } from "@caio/fakes";
import { expect, it } from "vitest";

import { faultCampaign } from "../replicas/campaign.ts";
import { campaignTable } from "../replicas/campaign-table.ts";

const installed = installedPostgres();
if ("missing" in installed) console.log(`Not run: faults of several gateways over PostgreSQL. ${installed.missing}`);

it.skipIf("missing" in installed)("three gateways over a database that fails, one killed, one held, one cut off: nothing is lost, unlogged, overspent, or stale and undeclared", async () => {
  const seed = Math.floor(Math.random() * 1e9);
  console.log(`replicas: seed ${String(seed)}`);
  const report = await faultCampaign({ together: 8, requests: 120, outageMs: 5000, seed });
  console.log(campaignTable(report));
  const { lost, unlogged, overspent, uncounted, held, undeclared, undeclaredByLogs, audit, lostSwaps, findings, cosigned } = report.judgement;
  expect({ lost, unlogged, overspent, uncounted, held, undeclared, undeclaredByLogs, audit, lostSwaps, findings }).toEqual({ lost: 0, unlogged: 0, overspent: 0, uncounted: 0, held: 0, undeclared: 0, undeclaredByLogs: 0, audit: [], lostSwaps: 0, findings: 0 });
  expect(cosigned).toBe("6 of 6");
  // The faults were felt, and they passed.
  expect(report.asked.filter(({ word }) => word.startsWith("503")).length).toBeGreaterThan(0);
  const after = report.asked.filter(({ phase }) => phase === "after all of it");
  expect(after.filter(({ ending, word }) => ending !== "ok" && !word.startsWith("402"))).toEqual([]);
  expect(report.swaps.length).toBeGreaterThan(30);
});
