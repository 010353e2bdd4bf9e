import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { barriers, startDashboard, type DashboardBrowser, type OpenDashboard } from "../dashboard/dashboard-browser.ts";
import { withoutChromium } from "./support/chromium.ts";

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
  let dashboard: DashboardBrowser;
  let decisions: readonly Listed[];
  const opened: OpenDashboard[] = [];
  const open: DashboardBrowser["open"] = async (hash, key, options) => {
    const page = await dashboard.open(hash, key, options);
    opened.push(page);
    return page;
  };
  /** The API's answer to the administrator. */
  const api = async <Answer>(path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(new URL(path, dashboard.gateway.url), { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), authorization: `Bearer ${dashboard.gateway.admin}` } });
    return (await (response.headers.get("content-type")?.includes("json") === true ? response.json() : response.text())) as Answer;
  };
  const quiet = async ({ complaints, strangers, close }: OpenDashboard): Promise<void> => {
    await close();
    expect(complaints).toEqual([]);
    expect(strangers).toEqual([]);
  };
  const chosen = (): Listed => found(({ candidates, admitted }) => candidates === 7 && admitted > 2 && admitted < 7);
  const found = (like: (decision: Listed) => boolean): Listed => {
    const decision = decisions.find(like);
    if (decision === undefined) throw new Error("The filling has no such decision.");
    return decision;
  };

  beforeAll(async () => {
    dashboard = await startDashboard({ decisions: 120 });
    ({ decisions } = await api<{ decisions: readonly Listed[] }>("/api/v1/decisions?limit=200"));
  }, 240_000);
  afterAll(async () => {
    await Promise.all(opened.map(({ close }) => close().catch(() => undefined)));
    await dashboard.close();
  });

  it("asks for a key, says what is wrong with one, and forgets it on leaving", async () => {
    const it = await open("", undefined);
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
    const it = await open("#/decisions", dashboard.gateway.admin);
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
    await quiet(it);
  });

  it("opens a decision by the keyboard alone: verified, funnel, clauses, scores, slack, promise, words", async () => {
    const it = await open("#/decisions", dashboard.gateway.admin);
    const { page } = it;
    await page.locator(".decisions-row a").first().focus();
    await page.keyboard.press("End");
    await expect.poll(() => page.evaluate("document.activeElement.closest('[role=row]')?.getAttribute('aria-rowindex')")).toBe(await page.locator(".decisions").getAttribute("aria-rowcount"));
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => page.evaluate("document.activeElement.closest('[role=row]')?.getAttribute('aria-rowindex')")).toBe("3");
    await page.keyboard.press("Enter");
    await page.locator("[data-verdict=valid]").waitFor({ timeout: 60_000 });
    expect(await page.evaluate("document.activeElement.id")).toBe("view");
    await page.goto(`${dashboard.gateway.url}/dashboard/#/decisions/${chosen().id}`);
    await page.locator(".funnel").waitFor({ timeout: 60_000 });
    // The picture of the decision before stays until this one is read.
    await expect.poll(() => page.locator(".funnel .bar").allInnerTexts()).toContain(`${String(chosen().candidates)} pairs`);
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
    await quiet(it);
  });

  it("says why a request was refused", async () => {
    const it = await open(`#/decisions/${found(({ code }) => code === "LatencyExceeded").id}`, dashboard.gateway.admin);
    await it.page.locator(".funnel").waitFor({ timeout: 60_000 });
    expect(await it.page.locator("h1").innerText()).toContain("no service that is left promises the latency asked for");
    expect(await it.page.locator(".otherwise").innerText()).toContain("With a latency limit of");
    expect(await barriers(it.page)).toEqual([]);
    await quiet(it);
  });

  it("opens a plan: verified, and each step a picture", async () => {
    const step = (type: string): object => ({ intent: { text: "An invented request." }, size: { input_tokens: 100, max_output_tokens: 100 }, requirements: { capabilities: [{ type }] }, data: { payload: { text: "An invented text." } } });
    const plan = { caio_plan: 1, plan: { seq: ["first", "second"] }, limits: { budget: "0.05", currency: "USD" }, steps: { first: step("inference.chat"), second: step("language.translate") } };
    await api("/api/v1/plans/decide", { method: "POST", body: JSON.stringify(plan), headers: { "content-type": "application/json" } });
    const listed = await api<{ decisions: readonly { id: string; kind: string }[] }>("/api/v1/decisions?limit=10");
    const id = listed.decisions.find(({ kind }) => kind === "plan")?.id ?? "none";
    const it = await open(`#/decisions/${id}`, dashboard.gateway.admin);
    const { page } = it;
    await page.locator("[data-verdict=valid]").waitFor({ timeout: 60_000 });
    expect(await page.locator("h1").innerText()).toBe("Plan of 2 steps");
    const first = await page.locator(".funnel").innerText();
    await page.getByRole("button", { name: /^Step 2/ }).click();
    expect(await page.locator(".funnel").innerText()).not.toBe(first);
    await quiet(it);
  });

  it("draws a receipt from a file, says of a changed one that it does not hold, and of none that it is none", async () => {
    const bundle = await (await fetch(`${dashboard.gateway.url}/api/v1/traces/${chosen().id}/bundle`, { headers: { authorization: `Bearer ${dashboard.gateway.admin}` } })).text();
    const it = await open("#/decisions/file", dashboard.gateway.admin);
    const { page } = it;
    const give = async (text: string): Promise<void> => { await page.locator("input[type=file]").setInputFiles({ name: "a.caio.json", mimeType: "application/json", buffer: Buffer.from(text) }); };
    await give(bundle);
    await page.locator("[data-verdict=valid]").waitFor({ timeout: 60_000 });
    await page.locator(".funnel").waitFor();
    const { payload, ...rest } = JSON.parse(bundle) as { payload: string };
    const changed = Buffer.from(payload, "base64").toString().replace('"drawn":false', '"drawn":true');
    await give(JSON.stringify({ ...rest, payload: Buffer.from(changed).toString("base64") }));
    await page.locator("[data-verdict=invalid]").waitFor({ timeout: 60_000 });
    await give("[");
    await page.locator("[data-verdict=unusable]").waitFor({ timeout: 60_000 });
    expect(await page.locator(".funnel").count()).toBe(0);
    await quiet(it);
  });

  it("shows services with their evidence, and asks before it drains one", async () => {
    const it = await open("#/services", dashboard.gateway.admin);
    const { page } = it;
    await page.getByRole("link", { name: "Gale" }).waitFor({ timeout: 60_000 });
    expect(await page.getByRole("row", { name: /Gale/ }).innerText()).toMatch(/degraded|contradicted|suspect/);
    await page.goto(`${dashboard.gateway.url}/dashboard/#/services/atlas`);
    await page.locator(".chart canvas").first().waitFor({ timeout: 60_000 });
    const drain = page.getByRole("button", { name: "Drain", exact: true });
    await drain.click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Drain");
    await drain.click();
    await page.getByRole("dialog").getByRole("button", { name: "Drain" }).click();
    await page.getByRole("button", { name: "Take back in" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take back in" }).click();
    await drain.waitFor();
    await quiet(it);
  });

  it("changes a policy: what is wrong, what conflicts, what it would change, saved, compared, and back", async () => {
    const it = await open("#/policies/house", dashboard.gateway.admin);
    const { page } = it;
    const text = page.getByLabel("The policy as text");
    await text.waitFor({ timeout: 60_000 });
    const saved = await text.inputValue();
    await text.fill(saved.replace("cost: 0.3", "cost: much"));
    await page.locator("#draft-state").getByText("line 11").waitFor({ timeout: 60_000 });
    expect(await page.getByRole("button", { name: "Save as a new version" }).isDisabled()).toBe(true);
    const conflict = '  - id: all-in-us\n    priority: 60\n    require: "service.privacy.data_locality == \\"on_device\\" && service.privacy.data_locality == \\"local\\""\n    reason: "Nobody can."\n';
    await text.fill(saved + conflict);
    await page.locator("#draft-state").getByText("rejects every candidate").waitFor({ timeout: 60_000 });
    await text.fill(saved.replace("cost: 0.3", "cost: 3"));
    await page.locator("#draft-state").getByText("valid").waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Try it on recent requests" }).click();
    await page.getByText(/of the last [0-9]+ requests would come out otherwise/).waitFor({ timeout: 120_000 });
    expect(await page.locator(".what-if-result tbody tr").count()).toBeGreaterThan(0);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Save as a new version" }).click();
    await page.getByRole("button", { name: "Save it" }).click();
    await page.getByText("version 2", { exact: true }).waitFor({ timeout: 60_000 });
    expect(await text.inputValue()).toContain("cost: 3\n");
    await page.getByRole("button", { name: "Compare" }).click();
    await page.locator(".diff .gone", { hasText: "cost: 0.3" }).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Use again" }).click();
    await page.getByRole("button", { name: "Use it again" }).click();
    await page.getByText("version 1", { exact: true }).waitFor({ timeout: 60_000 });
    await it.close();
    // The browser itself writes of the drafts that were refused.
    expect(it.complaints.filter((line) => !/40[0-9]|422/.test(line))).toEqual([]);
    // What the page wrote is the policy, to the digest.
    const [first, again] = [await api<{ digest: string }>("/api/v1/policies/house/versions/1"), await api<{ digest: string }>("/api/v1/policies", { method: "POST", body: saved, headers: { "content-type": "application/yaml" } })];
    expect(again.digest).toBe(first.digest);
  });

  it("makes a key that is shown once, sets its limits, replaces it, and revokes it", async () => {
    const it = await open("#/keys", dashboard.gateway.admin);
    const { page } = it;
    const works = async (key: string): Promise<number> => (await fetch(`${dashboard.gateway.url}/api/v1/services`, { headers: { authorization: `Bearer ${key}` } })).status;
    await page.getByRole("button", { name: "Make a key" }).click();
    await page.getByLabel("Whose it is").fill("night-shift");
    await page.getByRole("button", { name: "Make the key" }).click();
    await page.getByText("A key needs a subject and a tenant.").waitFor();
    await page.getByLabel("Tenant", { exact: true }).fill("acme");
    await page.getByLabel(/Budget a day/).fill("2.5");
    await page.keyboard.press("Enter");
    const first = await shownKey(page);
    expect(await works(first)).toBe(200);
    const line = page.getByRole("row", { name: /night-shift/ });
    await line.getByText("of 2.5 USD").waitFor({ timeout: 60_000 });
    await line.getByRole("button", { name: /Limits/ }).click();
    await page.getByLabel(/Budget a day/).fill("3");
    await page.getByRole("button", { name: "Set the limits" }).click();
    await line.getByText("of 3 USD").waitFor({ timeout: 60_000 });
    await line.getByRole("button", { name: /Replace/ }).click();
    await page.getByRole("button", { name: "Replace it" }).click();
    const second = await shownKey(page);
    expect([await works(first), await works(second)]).toEqual([401, 200]);
    await page.getByRole("button", { name: "Revoke the key of night-shift" }).click();
    await page.getByRole("button", { name: "Revoke it" }).click();
    await expect.poll(() => works(second), { timeout: 60_000 }).toBe(401);
    expect(await page.content()).not.toContain(second);
    await quiet(it);
  });

  it("shows a caller without rights its own, and offers nothing that it may not do", async () => {
    const it = await open("#/keys", dashboard.gateway.caller);
    await it.page.getByText("Your own; administrators see all.").waitFor({ timeout: 60_000 });
    expect(await it.page.getByRole("button", { name: "Make a key" }).count()).toBe(0);
    expect(await it.page.getByRole("row").count()).toBe(2);
    await it.page.goto(new URL("/dashboard/#/services/ember", dashboard.gateway.url).href);
    await it.page.getByRole("button", { name: "Ask whether it is well" }).waitFor({ timeout: 60_000 });
    expect(await it.page.getByRole("button", { name: /Drain|Clear/ }).count()).toBe(0);
    await it.page.goto(new URL("/dashboard/#/policies/house", dashboard.gateway.url).href);
    await it.page.getByLabel("The policy as text").waitFor({ timeout: 60_000 });
    expect(await it.page.getByRole("button", { name: /Save|Use again/ }).count()).toBe(0);
    await quiet(it);
  });

  it("shows what is hostile as text", async () => {
    const markup = "<img src=x onerror=alert(1)><b>Bold</b>";
    const contract = { service_id: "hostile", version: "1.0.0", name: markup, capabilities: ["inference.chat"], access: { public: true }, api: { protocol: "inprocess" } };
    await api("/api/v1/services", { method: "POST", body: JSON.stringify(contract), headers: { "content-type": "application/json" } });
    const it = await open("#/services", dashboard.gateway.admin);
    await it.page.getByText(markup).waitFor({ timeout: 60_000 });
    expect(await it.page.locator("main img, main b").count()).toBe(0);
    await quiet(it);
    await api("/api/v1/services/hostile", { method: "DELETE" });
  });

  it.each(looks)("has no barrier that axe knows, no complaint, and nothing beside the page: %s", async (_name, options) => {
    const it = await open("#/decisions", dashboard.gateway.admin, options);
    const { page } = it;
    for (const hash of [...views, `#/decisions/${chosen().id}`]) {
      await page.goto(`${dashboard.gateway.url}/dashboard/${hash}`);
      await page.locator("main h1").waitFor({ timeout: 60_000 });
      await expect.poll(() => page.locator(".waiting").count(), { timeout: 60_000 }).toBe(0);
      expect([hash, await barriers(page)]).toEqual([hash, []]);
      expect([hash, await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")]).toEqual([hash, true]);
    }
    await quiet(it);
  });
});

async function shownKey(page: Page): Promise<string> {
  await page.getByRole("heading", { name: "Keep this key now" }).waitFor({ timeout: 60_000 });
  await page.keyboard.press("Escape");
  const key = await page.getByLabel("The new key").innerText();
  await page.getByRole("button", { name: "I have kept it" }).click();
  return key;
}
