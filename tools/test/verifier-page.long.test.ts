/// <reference lib="dom" />
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { randomWorld } from "../worlds/random-world.ts";
import { ask, startPageBrowser, withoutChromium, type PageBrowser } from "./support/chromium.ts";
import { faintTexts } from "./support/contrast.ts";
import { expectQuiet, reportIn, reportInNode } from "./support/page-report.ts";
import { pictureWorld, publicKeyText, receiptOf, withPayload } from "./support/receipts.ts";

const MIB = 1024 * 1024;

describe.skipIf(withoutChromium("the page that checks a receipt, at length"))("the page that checks a receipt, at length", { timeout: 90_000 }, () => {
  let browser: PageBrowser;
  let bundle: string;
  beforeAll(async () => {
    browser = await startPageBrowser();
    bundle = await receiptOf(pictureWorld());
  }, 120_000);
  afterAll(async () => {
    await browser.close();
  });

  it("shows a refusal, and random worlds as Node has them", async () => {
    const open = await browser.open();
    await ask(open.page, await receiptOf(pictureWorld(1)), publicKeyText);
    expect(await open.page.locator(".facts").innerText()).toContain("BudgetExceeded: every service costs more than the budget");
    for (let seed = 61_001; seed <= 61_012; seed++) {
      const receipt = await receiptOf(randomWorld(seed));
      await ask(open.page, receipt, publicKeyText);
      expect([seed, await reportIn(open)]).toEqual([seed, await reportInNode(receipt)]);
    }
    expectQuiet(open, browser.url);
  });

  it("names what fails in a changed receipt, failures first", async () => {
    const open = await browser.open();
    const { page } = open;
    const changed = withPayload(bundle, (payload) => payload.replace('"drawn":false', '"drawn":true'));
    expect(changed).not.toBe(bundle);
    await ask(page, changed, publicKeyText);
    expect(await page.locator("#verdict").textContent()).toBe("Invalid");
    expect(await reportIn(open)).toEqual(await reportInNode(changed));
    const failing = await page.locator("tr.fail[data-check]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-check")));
    expect(failing).toContain("choice.drawn");
    expect(failing).toContain("envelope.signature");
    const order = await page.locator("tbody").evaluateAll((groups) => groups.map((group) => group.classList.contains("failed")));
    expect(order).toEqual([...order].sort((a, b) => Number(b) - Number(a)));
    expect(await page.locator("tbody").first().locator("tr[data-check]").first().getAttribute("class")).toBe("fail");
    expectQuiet(open, browser.url);
  });

  it.each<readonly [string, () => Buffer, string]>([
    ["a million nested arrays", () => Buffer.from("[".repeat(1e6) + "]".repeat(1e6)), "levels"],
    ["33 MiB", () => Buffer.alloc(33 * MIB, "["), "longer than"],
    ["32 MiB of blanks before the end of the text", () => Buffer.alloc(32 * MIB, " "), "JSON"],
    ["a bundle cut short", () => Buffer.from(bundle.slice(0, -200)), "JSON"],
    ["no UTF-8", () => Buffer.from([0xff, 0xfe, 0x00]), "encoded data"],
  ])("calls %s unusable and stays alive", async (_name, hostile, why) => {
    const open = await browser.open();
    const { page } = open;
    const file = join(browser.folder, "hostile.caio.json");
    writeFileSync(file, hostile());
    await page.getByLabel("Receipt file").setInputFiles(file);
    await page.getByLabel("or its text").last().fill(publicKeyText);
    await page.getByRole("button", { name: "Check the receipt" }).click();
    await page.locator("#verdict").waitFor({ timeout: 30_000 });
    expect(await page.locator("#verdict").textContent()).toBe("Unusable");
    expect(await page.locator("tr.detail.fail").innerText()).toContain(why);
    await ask(page, bundle, publicKeyText);
    expect(await page.locator("#verdict").textContent()).toBe("Valid");
    expectQuiet(open, browser.url);
  });

  it("calls a key that is none unusable, and another's key invalid", async () => {
    const open = await browser.open();
    await ask(open.page, bundle, "no key");
    expect(await open.page.locator("#verdict").textContent()).toBe("Unusable");
    await ask(open.page, bundle, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    expect(await open.page.locator("#verdict").textContent()).toBe("Invalid");
    expect(await open.page.locator('tr.fail[data-check="envelope.key"]').count()).toBe(1);
  });

  it("shows what is hostile as text", async () => {
    const open = await browser.open();
    const { page } = open;
    const markup = "<img src=x onerror=alert(1)><b>acme</b>";
    await ask(page, withPayload(bundle, (payload) => payload.replaceAll('"tenant":"acme"', `"tenant":${JSON.stringify(`${markup}\u202e`)}`)), publicKeyText);
    expect(await page.locator("#verdict").textContent()).toBe("Invalid");
    expect(await page.locator(".facts").innerText()).toContain(`${markup}\u{fffd}`);
    expect(await page.locator("#result img, #result b").count()).toBe(0);
    expectQuiet(open, browser.url);
  });

  it("is used with the keyboard alone, by pasted text", async () => {
    const { page } = await browser.open();
    const press = async (times: number): Promise<string> => {
      for (let i = 0; i < times; i++) await page.keyboard.press("Tab");
      return page.evaluate(() => document.activeElement?.id ?? "");
    };
    expect([await press(1), await press(1)]).toEqual(["receipt-file", "receipt-text"]);
    await page.keyboard.insertText(bundle);
    expect([await press(1), await press(1)]).toEqual(["key-file", "key-text"]);
    expect(await press(1)).toBe("check");
    await page.keyboard.press("Enter");
    await page.getByText("Give the operator's public key first.").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("key-file");
    await press(1);
    await page.keyboard.insertText(publicKeyText);
    await press(1);
    await page.keyboard.press("Space");
    await page.locator("#verdict").waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Valid");
  });

  it("takes both files dropped at once", async () => {
    const { page } = await browser.open();
    await page.evaluate(([receipt = "", key = ""]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([key], "decision.caio.json.pub"));
      dataTransfer.items.add(new File([receipt], "decision.caio.json"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }, [bundle, publicKeyText]);
    await page.getByRole("button", { name: "Check the receipt" }).click();
    await page.locator("#verdict").waitFor();
    expect(await page.locator("#verdict").textContent()).toBe("Valid");
  });

  it.each(["light", "dark"] as const)("has contrast AA in %s, and labels", async (colorScheme) => {
    const { page } = await browser.open({ colorScheme });
    for (const receipt of [bundle, withPayload(bundle, (payload) => payload.replace('"drawn":false', '"drawn":true')), "["]) {
      await ask(page, receipt, publicKeyText);
      const { seen, faint } = await page.evaluate(faintTexts);
      expect(seen).toBeGreaterThan(25);
      expect(faint).toEqual([]);
    }
    expect(await page.locator("input, textarea").evaluateAll((inputs) => inputs.filter((input) => !(input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement) || input.labels?.length !== 1).length)).toBe(0);
  });

  it("fits a width of 375 pixels", async () => {
    const { page } = await browser.open({ viewport: { width: 375, height: 800 } });
    await ask(page, withPayload(bundle, (payload) => payload.replace('"drawn":false', '"drawn":true')), publicKeyText);
    await page.getByText("The report as JSON").click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  });
});
