/// <reference lib="dom" />
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readInvariants } from "../scorecard/invariants/invariant.ts";
import { scoreInvariant } from "../scorecard/invariants/score-invariant.ts";
import { scorecardPage } from "../scorecard/report/scorecard-page.ts";
import { scorecardOf } from "../scorecard/report/scorecard.ts";
import { launchChromium, withoutChromium } from "./support/chromium.ts";
import { faintTexts } from "./support/contrast.ts";
import { expectBoundRed } from "./support/broken-build.ts";

type Chromium = Awaited<ReturnType<typeof launchChromium>>;

describe("builds that were broken on purpose", () => {
  it.each(["forbidden-ignored", "seed-by-chance"])("%s turns RED what it breaks, and nothing else", async (name) => {
    await expectBoundRed(name, 400);
  });
});

describe.skipIf(withoutChromium("the scorecard's page"))("the scorecard's page", () => {
  let browser: Chromium;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
  });

  it.each([
    ["light", { colorScheme: "light", viewport: { width: 1000, height: 900 } }],
    ["dark", { colorScheme: "dark", viewport: { width: 1000, height: 900 } }],
    ["on a phone", { colorScheme: "light", viewport: { width: 360, height: 780 } }],
  ] as const)("%s: can be read by anybody, loads nothing, and fits", async (_name, options) => {
    const page = await (await browser.newContext(options)).newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("request", (request) => complaints.push(request.url()));
    await page.setContent(pageOfRed());
    for (const details of await page.locator("details").all()) await details.evaluate((element) => { element.setAttribute("open", ""); });
    const { seen, faint } = await page.evaluate(faintTexts);
    expect([seen > 500, faint]).toEqual([true, []]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    // Not as an element: the page lets no script run.
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    const found = await page.evaluate("axe.run(document).then(({ violations }) => violations.map(({ id, help }) => id + ': ' + help))");
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

/** Every invariant RED for want of its checks: the most that a page can have to say. */
function pageOfRed(): string {
  const invariants = readInvariants();
  const demands = { seed: 1, cases: 10_000 };
  const scores = invariants.map((invariant) => scoreInvariant(invariant, [], demands));
  return scorecardPage(scorecardOf(scores, { ...demands, seconds: 1, broken: "budget-off-by-one" }), invariants);
}
