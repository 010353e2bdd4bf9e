import { verifyBundle } from "@caio/verifier";
import { expect } from "vitest";

import type { OpenPage } from "./chromium.ts";
import { publicKeyText } from "./receipts.ts";

/** The report that the page shows as JSON. */
export async function reportIn({ page }: OpenPage): Promise<unknown> {
  return JSON.parse((await page.locator("#report-json").textContent()) ?? "");
}

/** The report that Node makes of the same receipt, as JSON has it. */
export async function reportInNode(text: string | Uint8Array): Promise<unknown> {
  return JSON.parse(JSON.stringify(await verifyBundle(text, { publicKey: publicKeyText })));
}

/** Nothing was complained of, and nothing was asked for elsewhere. */
export function expectQuiet({ complaints, requests }: OpenPage, url: string): void {
  expect(complaints).toEqual([]);
  expect(requests.length).toBeGreaterThan(3);
  expect(requests.filter((each) => !each.startsWith(url))).toEqual([]);
}
