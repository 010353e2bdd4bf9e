import { verifyBundle } from "@caio/verifier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ask, startPageBrowser, withoutChromium, type PageBrowser } from "./support/chromium.ts";
import { expectQuiet, reportIn, reportInNode } from "./support/page-report.ts";
import { pictureWorld, publicKeyText, receiptOf } from "./support/receipts.ts";

describe.skipIf(withoutChromium("the page that checks a receipt"))("the page that checks a receipt", { timeout: 90_000 }, () => {
  let browser: PageBrowser;
  let bundle: string;
  beforeAll(async () => {
    browser = await startPageBrowser();
    bundle = await receiptOf(pictureWorld());
  }, 120_000);
  afterAll(async () => {
    await browser.close();
  });

  it("shows a valid receipt with every check that Node finds", async () => {
    const open = await browser.open();
    const { page } = open;
    await ask(page, bundle, publicKeyText);
    expect(await page.locator("#verdict").textContent()).toBe("Valid");
    const report = await verifyBundle(bundle, { publicKey: publicKeyText });
    expect(report.valid).toBe(true);
    expect(report.checks.length).toBeGreaterThan(80);
    expect(await reportIn(open)).toEqual(await reportInNode(bundle));
    const drawn = await page.locator("tr[data-check]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-check") ?? ""));
    expect(drawn.sort()).toEqual(report.checks.map(({ name }) => name).sort());
    const status = page.getByRole("status");
    expect(await status.getAttribute("aria-live")).toBe("polite");
    expect(await status.textContent()).toContain("Standing: attested");
    const facts = await page.locator(".facts").innerText();
    for (const text of ["atlas-eu, model atlas-small", "2025-11-24 16:00:00 UTC", "acme", "5 judged, 3 admitted"]) expect(facts).toContain(text);
    expectQuiet(open, browser.url);
  });

  it("cannot load or send anything elsewhere", async () => {
    const { page } = await browser.open();
    const answer = await page.evaluate(() => fetch("/").then(() => "sent", () => "refused"));
    expect(answer).toBe("refused");
  });
});
