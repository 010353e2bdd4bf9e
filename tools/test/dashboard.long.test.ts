import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { barriers } from "../dashboard/dashboard-browser.ts";
import { withoutChromium } from "./support/chromium.ts";
import { DashboardSession } from "./support/dashboard-session.ts";

const views = ["#/decisions", "#/decisions/file", "#/services", "#/services/gale", "#/policies", "#/policies/house", "#/keys", "#/log", "#/control"];
const looks = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["a phone", { viewport: { width: 360, height: 780 }, colorScheme: "light" }],
] as const;

interface Listed {
  readonly id: string;
  readonly code: string | null;
  readonly candidates: number;
  readonly admitted: number;
}

describe.skipIf(withoutChromium("the dashboard"))("the dashboard", { timeout: 240_000 }, () => {
  let dashboard: DashboardSession;
  let decisions: readonly Listed[];
  const chosen = (): Listed => found(({ candidates, admitted }) => candidates === 7 && admitted > 2 && admitted < 7);
  const found = (like: (decision: Listed) => boolean): Listed => {
    const decision = decisions.find(like);
    if (decision === undefined) throw new Error("The filling has no such decision.");
    return decision;
  };

  beforeAll(async () => {
    dashboard = await DashboardSession.start({ decisions: 120 });
    ({ decisions } = await dashboard.api<{ decisions: readonly Listed[] }>("/api/v1/decisions?limit=200"));
  }, 240_000);
  afterAll(() => dashboard.close());

  it("asks for a key, says what is wrong with one, and forgets it on leaving", async () => {
    const it = await dashboard.open("", undefined);
    const { page } = it;
    await page.getByLabel("Key of this gateway").fill("caio_0000000000000000_nothing");
    await page.getByRole("button", { name: "Enter" }).click();
    await page.locator("#key-problem.message").waitFor();
    await page.getByLabel("Key of this gateway").fill(dashboard.gateway.admin);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Decisions", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Leave" }).click();
    await page.getByLabel("Key of this gateway").waitFor();
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
    // The browser itself writes of an answer that is refused.
    expect(it.complaints.filter((line) => !line.includes("401"))).toEqual([]);
    await it.close();
  });

  it("shows decisions as they are made, holds on when paused, and narrows to what is asked", async () => {
    const it = await dashboard.open("#/decisions", dashboard.gateway.admin);
    const { page } = it;
    const title = page.locator("#list-title");
    await page.locator(".decisions-row").first().waitFor();
    await page.getByText("Live").waitFor();
    const count = async (): Promise<number> => Number.parseInt((await title.textContent()) ?? "", 10);
    const before = await count();
    await dashboard.gateway.decide(3);
    await expect.poll(count, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 3);
    await page.getByRole("button", { name: "Pause" }).click();
    const held = await count();
    await dashboard.gateway.decide(2);
    await page.getByRole("button", { name: /Go on \([2-9] new\)/ }).waitFor({ timeout: 30_000 });
    expect(await count()).toBe(held);
    await page.getByRole("button", { name: /Go on/ }).click();
    await expect.poll(count).toBeGreaterThanOrEqual(held + 2);
    await page.getByLabel("Outcome").selectOption("refused");
    await expect.poll(() => page.url()).toContain("outcome=refused");
    await expect.poll(async () => new Set(await page.locator(".decisions-row .ended").allInnerTexts()).size, { timeout: 30_000 }).toBe(1);
    expect(await page.locator(".decisions-row .ended").first().innerText()).toContain("refused");
    await dashboard.closeQuiet(it);
  });

  it("opens a decision by the keyboard alone: verified, funnel, clauses, scores, slack, promise, words", async () => {
    const it = await dashboard.open("#/decisions", dashboard.gateway.admin);
    const { page } = it;
    await page.locator(".decisions-row a").first().focus();
    await page.keyboard.press("End");
    await expect.poll(() => page.evaluate("document.activeElement.closest('[role=row]')?.getAttribute('aria-rowindex')")).toBe(await page.locator(".decisions").getAttribute("aria-rowcount"));
    // Faster than a frame is drawn: no key is lost.
    await page.evaluate(`(async () => {
      for (const key of ["Home", "End", "Home", "ArrowDown"]) {
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        await new Promise((next) => { setTimeout(next); });
      }
    })()`);
    await expect.poll(() => page.evaluate("document.activeElement.closest('[role=row]')?.getAttribute('aria-rowindex')")).toBe("3");
    await page.keyboard.press("Enter");
    await page.locator("[data-verdict=valid]").waitFor({ timeout: 60_000 });
    expect(await page.evaluate("document.activeElement.id")).toBe("view");
    await dashboard.turn(page, `#/decisions/${chosen().id}`);
    // The decision before may have had as many pairs: the picture is waited for until it is of this one.
    await page.locator("header .exact", { hasText: chosen().id }).waitFor();
    await page.locator(".funnel").waitFor({ timeout: 60_000 });
    expect(await page.locator(".funnel .bar").allInnerTexts()).toContain(`${String(chosen().candidates)} pairs`);
    const rows = page.locator("table", { hasText: "Pairs that were rejected" }).locator("tbody tr");
    const all = await rows.count();
    await page.locator(".funnel .chip").first().press("Enter");
    expect(await rows.count()).toBeLessThanOrEqual(all);
    await page.getByRole("button", { name: /Show all/ }).click();
    expect(await rows.count()).toBe(all);
    expect(await page.locator(".scores li.chosen").count()).toBe(1);
    expect(await page.locator("#promises-title").count() + await page.locator("#limits-title").count()).toBe(2);
    expect(await page.locator(".otherwise dd").first().innerText()).toMatch(/ahead of|tied|No other pair/);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download the receipt" }).click()]);
    expect(download.suggestedFilename()).toMatch(/\.caio\.json$/);
    expect(await barriers(page)).toEqual([]);
    await dashboard.closeQuiet(it);
  });

  it("says why a request was refused", async () => {
    const it = await dashboard.open(`#/decisions/${found(({ code }) => code === "LatencyExceeded").id}`, dashboard.gateway.admin);
    await it.page.locator(".funnel").waitFor({ timeout: 60_000 });
    expect(await it.page.locator("h1").innerText()).toContain("no service that is left promises the latency asked for");
    expect(await it.page.locator(".otherwise").innerText()).toContain("With a latency limit of");
    expect(await barriers(it.page)).toEqual([]);
    await dashboard.closeQuiet(it);
  });

  it("opens a plan: verified, and each step a picture", async () => {
    const step = (type: string): object => ({ intent: { text: "An invented request." }, size: { input_tokens: 100, max_output_tokens: 100 }, requirements: { capabilities: [{ type }] }, data: { payload: { text: "An invented text." } } });
    const plan = { caio_plan: 1, plan: { seq: ["first", "second"] }, limits: { budget: "0.05", currency: "USD" }, steps: { first: step("inference.chat"), second: step("language.translate") } };
    await dashboard.api("/api/v1/plans/decide", { method: "POST", body: JSON.stringify(plan), headers: { "content-type": "application/json" } });
    const listed = await dashboard.api<{ decisions: readonly { id: string; kind: string }[] }>("/api/v1/decisions?limit=10");
    const id = listed.decisions.find(({ kind }) => kind === "plan")?.id ?? "none";
    const it = await dashboard.open(`#/decisions/${id}`, dashboard.gateway.admin);
    const { page } = it;
    await page.locator("[data-verdict=valid]").waitFor({ timeout: 60_000 });
    expect(await page.locator("h1").innerText()).toBe("Plan of 2 steps");
    const first = await page.locator(".funnel").innerText();
    await page.getByRole("button", { name: /^Step 2/ }).click();
    expect(await page.locator(".funnel").innerText()).not.toBe(first);
    await dashboard.closeQuiet(it);
  });

  it("draws a receipt from a file, says of a changed one that it does not hold, and of none that it is none", async () => {
    const bundle = await (await fetch(`${dashboard.gateway.url}/api/v1/traces/${chosen().id}/bundle`, { headers: { authorization: `Bearer ${dashboard.gateway.admin}` } })).text();
    const it = await dashboard.open("#/decisions", dashboard.gateway.admin);
    const { page } = it;
    const give = async (text: string): Promise<void> => { await page.locator("input[type=file]").setInputFiles({ name: "a.caio.json", mimeType: "application/json", buffer: Buffer.from(text) }); };
    // A receipt that is faster than the gateway's key waits for it.
    const release = await dashboard.hold(page, "**/api/v1/log/key");
    await dashboard.turn(page, "#/decisions/file");
    await give(bundle);
    await page.getByText("Checking …").waitFor();
    release();
    await page.locator("[data-verdict=valid]").waitFor({ timeout: 60_000 });
    await page.locator(".funnel").waitFor();
    const { payload, ...rest } = JSON.parse(bundle) as { payload: string };
    const changed = Buffer.from(payload, "base64").toString().replace('"drawn":false', '"drawn":true');
    await give(JSON.stringify({ ...rest, payload: Buffer.from(changed).toString("base64") }));
    await page.locator("[data-verdict=invalid]").waitFor({ timeout: 60_000 });
    await give("[");
    await page.locator("[data-verdict=unusable]").waitFor({ timeout: 60_000 });
    expect(await page.locator(".funnel").count()).toBe(0);
    await dashboard.closeQuiet(it);
  });

  it("shows a caller without rights its own, and offers nothing that it may not do", async () => {
    const it = await dashboard.open("#/keys", dashboard.gateway.caller);
    await it.page.getByText("Your own; administrators see all.").waitFor({ timeout: 60_000 });
    expect(await it.page.getByRole("button", { name: "Make a key" }).count()).toBe(0);
    expect(await it.page.getByRole("row").count()).toBe(2);
    await dashboard.turn(it.page, "#/services/ember");
    await it.page.getByRole("button", { name: "Ask whether it is well" }).waitFor({ timeout: 60_000 });
    expect(await it.page.getByRole("button", { name: /Drain|Clear/ }).count()).toBe(0);
    await dashboard.turn(it.page, "#/policies/house");
    await it.page.getByLabel("The policy as text").waitFor({ timeout: 60_000 });
    expect(await it.page.getByRole("button", { name: /Save|Use again/ }).count()).toBe(0);
    await dashboard.closeQuiet(it);
  });

  it("shows what is hostile as text", async () => {
    const markup = "<img src=x onerror=alert(1)><b>Bold</b>";
    const contract = { service_id: "hostile", version: "1.0.0", name: markup, capabilities: ["inference.chat"], access: { public: true }, api: { protocol: "inprocess" } };
    await dashboard.api("/api/v1/services", { method: "POST", body: JSON.stringify(contract), headers: { "content-type": "application/json" } });
    const it = await dashboard.open("#/services", dashboard.gateway.admin);
    await it.page.getByText(markup).waitFor({ timeout: 60_000 });
    expect(await it.page.locator("main img, main b").count()).toBe(0);
    await dashboard.closeQuiet(it);
    await dashboard.api("/api/v1/services/hostile", { method: "DELETE" });
  });

  it.each(looks)("has no barrier that axe knows, no complaint, and nothing beside the page: %s", async (_name, options) => {
    const it = await dashboard.open("#/decisions", dashboard.gateway.admin, options);
    const { page } = it;
    for (const hash of [...views, `#/decisions/${chosen().id}`]) {
      await dashboard.turn(page, hash);
      await page.locator("main h1").waitFor({ timeout: 60_000 });
      await expect.poll(() => page.locator(".waiting").count(), { timeout: 60_000 }).toBe(0);
      expect([hash, await barriers(page)]).toEqual([hash, []]);
      expect([hash, await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")]).toEqual([hash, true]);
    }
    await dashboard.closeQuiet(it);
  });
});
