import { expect } from "vitest";

import { attack } from "../../gateway/hostile/campaign.ts";

/** Sends so many hostile requests: none may bring forth a failure of the gateway or one of its secrets, and they must not all be refused alike. */
export async function expectUnharmed(requests: number, seed: number): Promise<void> {
  const report = await attack(requests, seed);
  expect(report.findings).toEqual([]);
  expect(Object.values(report.kinds).reduce((sum, count) => sum + count, 0)).toBe(requests);
  expect(report.statuses["400"]).toBeGreaterThan(requests / 6);
  expect(report.statuses["200"]).toBeGreaterThan(requests / 30);
}
