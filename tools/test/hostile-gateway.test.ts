import { expect, it } from "vitest";

import { attack } from "../gateway/hostile/campaign.ts";

it("300 hostile requests bring forth no failure of the gateway, and none of its secrets", { timeout: 120_000 }, async () => {
  const report = await attack(300, 7);
  expect(report.findings).toEqual([]);
  expect(Object.values(report.kinds).reduce((sum, count) => sum + count, 0)).toBe(300);
  expect(report.statuses["400"]).toBeGreaterThan(50);
  expect(report.statuses["200"]).toBeGreaterThan(10);
});
