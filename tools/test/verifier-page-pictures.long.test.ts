import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ask, startPageBrowser, withoutChromium, type PageBrowser } from "./support/chromium.ts";
import { differenceFrom, keepPicture, updatesPictures } from "./support/pictures.ts";
import { pictureWorld, publicKeyText, receiptOf, withPayload } from "./support/receipts.ts";

/** The share of a picture that may differ: letters set without subpixel positions make 0.007 and less. */
const TOLERANCE = 0.015;
/** What a table without its rows must make at least. */
const MISSING = 1.5 * TOLERANCE;
const wide = { viewport: { width: 1000, height: 1800 } };
const phone = { viewport: { width: 375, height: 2800 } };
const kinds = [
  ["valid-light", { ...wide, colorScheme: "light" }],
  ["valid-dark", { ...wide, colorScheme: "dark" }],
  ["valid-phone", { ...phone, colorScheme: "light" }],
  ["invalid-light", { ...wide, colorScheme: "light" }],
  ["invalid-dark", { ...wide, colorScheme: "dark" }],
  ["invalid-phone", { ...phone, colorScheme: "light" }],
] as const;

describe.skipIf(withoutChromium("pictures of the page that checks a receipt"))("pictures of the page that checks a receipt", { timeout: 90_000 }, () => {
  const seenAt = mkdtempSync(join(tmpdir(), "caio-pictures-"));
  let alike = 0;
  let browser: PageBrowser;
  let valid: string;
  beforeAll(async () => {
    browser = await startPageBrowser();
    valid = await receiptOf(pictureWorld());
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    // What differs stays to be looked at.
    if (alike === kinds.length) rmSync(seenAt, { recursive: true });
  });

  /** The page with the verdict on a receipt, from its top. */
  const shown = async (kind: readonly [string, (typeof kinds)[number][1]]): Promise<Page> => {
    const { page } = await browser.open(kind[1]);
    const receipt = kind[0].startsWith("valid") ? valid : withPayload(valid, (payload) => payload.replace('"drawn":false', '"drawn":true'));
    await ask(page, receipt, publicKeyText);
    return page;
  };
  const pictureOf = async (page: Page): Promise<Uint8Array> => {
    await page.evaluate("window.scrollTo(0, 0)");
    return page.screenshot({ animations: "disabled", caret: "hide" });
  };

  it.each(kinds)("%s: as in the reference picture, and not without the table", async (name, options) => {
    const page = await shown([name, options]);
    const picture = await pictureOf(page);
    if (updatesPictures) keepPicture(name, picture);
    const where = join(seenAt, name);
    expect(differenceFrom(name, picture, where), `see ${where}.png, and ${where}.difference.png`).toBeLessThanOrEqual(TOLERANCE);
    alike += 1;
    await page.evaluate(`for (const body of document.querySelectorAll("table.checks tbody")) body.style.visibility = "hidden"`);
    expect(differenceFrom(name, await pictureOf(page), `${where}.blank`)).toBeGreaterThan(MISSING);
  });

  it("a picture of the other verdict differs", async () => {
    expect(differenceFrom("valid-light", await pictureOf(await shown(kinds[3])), join(seenAt, "other"))).toBeGreaterThan(MISSING);
  });
});
