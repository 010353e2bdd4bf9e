import { randomBytes } from "node:crypto";

import { issueApiKey } from "@caio/security";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { barriers } from "../dashboard/dashboard-browser.ts";
import { withoutChromium } from "./support/chromium.ts";
import { DashboardSession } from "./support/dashboard-session.ts";

describe.skipIf(withoutChromium("changes by the dashboard"))("what an administrator changes by the dashboard", { timeout: 240_000 }, () => {
  let dashboard: DashboardSession;
  beforeAll(async () => { dashboard = await DashboardSession.start({ decisions: 40 }); }, 240_000);
  afterAll(() => dashboard.close());

  it("shows services with their evidence, and asks before it drains one", async () => {
    const it = await dashboard.open("#/services", dashboard.gateway.admin);
    const { page } = it;
    await page.getByRole("link", { name: "Gale" }).waitFor({ timeout: 60_000 });
    expect(await page.getByRole("row", { name: /Gale/ }).innerText()).toMatch(/degraded|contradicted|suspect/);
    await dashboard.turn(page, "#/services/atlas");
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
    await dashboard.closeQuiet(it);
  });

  it("changes a policy: what is wrong, what conflicts, what it would change, saved, compared, and back", async () => {
    const it = await dashboard.open("#/policies/house", dashboard.gateway.admin);
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
    // A draft in which nothing was written is one of what is in use.
    await expect.poll(() => text.inputValue()).toBe(saved);
    await it.close();
    // The browser itself writes of the drafts that were refused.
    expect(it.complaints.filter((line) => !/40[0-9]|422/.test(line))).toEqual([]);
    // What the page wrote is the policy, to the digest.
    const [first, again] = [await dashboard.api<{ digest: string }>("/api/v1/policies/house/versions/1"), await dashboard.api<{ digest: string }>("/api/v1/policies", { method: "POST", body: saved, headers: { "content-type": "application/yaml" } })];
    expect(again.digest).toBe(first.digest);
  });

  it("keeps a draft that somebody was faster than, says who and what they changed, and goes on from there", async () => {
    const [it, theirs] = [await dashboard.open("#/policies/frugal", dashboard.gateway.admin), await dashboard.open("#/policies/frugal", dashboard.gateway.admin)];
    const text = (page: Page): Locator => page.getByLabel("The policy as text");
    const change = async (page: Page, from: RegExp, to: string): Promise<void> => {
      await text(page).waitFor({ timeout: 60_000 });
      await text(page).fill((await text(page).inputValue()).replace(from, to));
      await page.locator("#draft-state").getByText("valid").waitFor({ timeout: 60_000 });
    };
    const save = async (page: Page): Promise<void> => {
      await page.getByRole("button", { name: "Save as a new version" }).click();
      await page.getByRole("button", { name: "Save it" }).click();
    };
    await change(it.page, /risk: .*/, "risk: 0.4");
    await change(theirs.page, /latency: .*/, "latency: 0.7");
    await save(theirs.page);
    await theirs.page.getByText("version 2", { exact: true }).waitFor({ timeout: 60_000 });
    await save(it.page);
    const { changes } = await dashboard.api<{ changes: readonly { actor: string }[] }>("/api/v1/policies/audit");
    await it.page.getByRole("alert").getByText(`Not saved: version 2 is in use now, put there by ${changes.at(-1)?.actor ?? "nobody"}`).waitFor({ timeout: 60_000 });
    await it.page.locator(".diff", { hasText: "What version 2 changes in version 1" }).locator(".new", { hasText: "latency: 0.7" }).waitFor();
    // What stands around the draft is of today, and the draft as it was.
    await it.page.getByText("version 2", { exact: true }).waitFor({ timeout: 60_000 });
    expect(await text(it.page).inputValue()).toContain("risk: 0.4\n");
    expect(await it.page.getByRole("button", { name: "Save as a new version" }).isDisabled()).toBe(true);
    expect(await barriers(it.page)).toEqual([]);
    expect((await dashboard.api<{ versions: readonly unknown[] }>("/api/v1/policies/frugal/versions")).versions).toHaveLength(2);
    await it.page.getByRole("button", { name: "Go on from version 2" }).click();
    // A save as it stands would take their change away, and says so.
    await it.page.locator(".diff .gone", { hasText: "latency: 0.7" }).waitFor();
    await change(it.page, /latency: .*/, "latency: 0.7");
    await save(it.page);
    await it.page.getByText("version 3", { exact: true }).waitFor({ timeout: 60_000 });
    expect((await text(it.page).inputValue()).split("\n").filter((line) => /risk:|latency: 0/.test(line))).toEqual(["  risk: 0.4", "  latency: 0.7"]);
    // So is going back to a version from a page that is behind.
    await theirs.page.getByRole("button", { name: "Use again" }).click();
    await theirs.page.getByRole("button", { name: "Use it again" }).click();
    await theirs.page.getByRole("alert").getByText("found version 3 in use").waitFor({ timeout: 60_000 });
    for (const { close, complaints } of [it, theirs]) {
      await close();
      // The browser itself writes of what was refused.
      expect(complaints.filter((line) => !/40[0-9]|412|422/.test(line))).toEqual([]);
    }
  });

  it("loses nothing of a draft to a version that is used again, nor to a save after which the gateway cannot be read", async () => {
    const { page, complaints, close } = await dashboard.open("#/policies/frugal", dashboard.gateway.admin);
    const text = page.getByLabel("The policy as text");
    const save = page.getByRole("button", { name: "Save as a new version" });
    await text.waitFor({ timeout: 60_000 });
    await text.fill((await text.inputValue()).replace(/risk: .*/, "risk: 0.5"));
    await page.getByRole("row", { name: /^2 / }).getByRole("button", { name: "Use again" }).click();
    await page.getByRole("button", { name: "Use it again" }).click();
    await page.getByText("version 2", { exact: true }).waitFor({ timeout: 60_000 });
    expect(await text.inputValue()).toContain("risk: 0.5\n");
    const trySave = async (): Promise<void> => {
      await save.click();
      await page.getByRole("button", { name: "Save it" }).click();
    };
    await trySave();
    await page.getByText("Not saved: version 2 is in use now").waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Go on from version 2" }).click();
    await page.route("**/api/v1/policies/frugal/versions", (route) => route.abort());
    await trySave();
    await page.getByText("Saved. The policy is read again").waitFor({ timeout: 60_000 });
    // What would be written now would go with the draft.
    expect([await text.isEditable(), await save.isDisabled()]).toEqual([false, true]);
    const again = page.getByRole("button", { name: "Try again" });
    await again.waitFor({ timeout: 60_000 });
    await page.unroute("**/api/v1/policies/frugal/versions");
    await again.click();
    await page.getByText("version 4", { exact: true }).waitFor({ timeout: 60_000 });
    expect([await text.isEditable(), await text.inputValue()]).toEqual([true, expect.stringContaining("risk: 0.5\n")]);
    await close();
    expect(complaints.filter((line) => !/412|ERR_FAILED/.test(line))).toEqual([]);
  });

  it("makes a key that is shown once, sets its limits, replaces it, and revokes it", async () => {
    const it = await dashboard.open("#/keys", dashboard.gateway.admin);
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
    const release = await dashboard.hold(page, "**/api/v1/budgets*");
    await page.getByRole("button", { name: "Replace it" }).click();
    const second = await shownKey(page);
    expect([await works(first), await works(second)]).toEqual([401, 200]);
    // Until the list is read again the row is that of the first, which must not be taken for the second.
    const revoke = page.getByRole("button", { name: "Revoke the key of night-shift" });
    expect(await revoke.getAttribute("aria-disabled")).toBe("true");
    release();
    // Somebody else replaces it meanwhile: nothing is done with the one that has ended, and the list has the one in its place.
    await page.getByRole("button", { name: "Limits of night-shift" }).click();
    const { key: third } = await dashboard.api<{ key: string }>(`/api/v1/keys/${second.split("_")[1] ?? ""}/rotate`, { method: "POST" });
    await page.getByRole("button", { name: "Set the limits" }).click();
    await page.getByRole("alert").getByText("The key has ended").waitFor({ timeout: 60_000 });
    await page.keyboard.press("Escape");
    await page.getByText(third.split("_")[1] ?? "none").waitFor({ timeout: 60_000 });
    await revoke.click();
    await page.getByRole("button", { name: "Revoke it" }).click();
    await expect.poll(() => works(third), { timeout: 60_000 }).toBe(401);
    expect(await page.content()).not.toContain(second);
    await it.close();
    // The browser itself writes of what was refused.
    expect([it.complaints.filter((line) => !line.includes("400")), it.strangers]).toEqual([[], []]);
  });

  it("reaches every key where there are more than are read at once, and finds one of those that are not read", async () => {
    const records = Array.from({ length: 600 }, (_, at) => issueApiKey({ subject: `robot-${String(at)}`, issuer: "gateway", tenant: "crowd", permissions: [], trust: 1 }, { now: Date.now(), random: (size) => randomBytes(size) }).record);
    for (const record of records) await dashboard.gateway.core.ports.stores.keys.add(record);
    const { budgets } = await dashboard.api<{ budgets: readonly { key_id: string }[] }>("/api/v1/budgets?limit=500");
    const beyond = records.find(({ keyId }) => budgets.every(({ key_id: id }) => id !== keyId));
    const it = await dashboard.open("#/keys", dashboard.gateway.admin);
    const { page } = it;
    const row = page.locator("main .exact", { hasText: beyond?.keyId ?? "none" });
    await page.getByRole("heading", { name: "The first 500 keys" }).waitFor({ timeout: 60_000 });
    expect(await row.count()).toBe(0);
    await page.getByLabel(/Find by subject/).fill(beyond?.grant.subject.toUpperCase() ?? "none");
    await row.waitFor({ timeout: 60_000 });
    await page.getByLabel(/Find by subject/).fill("");
    await page.getByRole("heading", { name: "The first 500 keys" }).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Read 500 more" }).click();
    await row.waitFor({ timeout: 60_000 });
    expect(await page.getByRole("button", { name: "Read 500 more" }).count()).toBe(0);
    await page.getByLabel(/Find by subject/).fill("robot-59");
    await page.getByRole("heading", { name: "11 keys", exact: true }).waitFor({ timeout: 60_000 });
    expect(await barriers(page)).toEqual([]);
    await dashboard.closeQuiet(it);
  });
});

async function shownKey(page: Page): Promise<string> {
  await page.getByRole("heading", { name: "Keep this key now" }).waitFor({ timeout: 60_000 });
  await page.keyboard.press("Escape");
  const key = await page.getByLabel("The new key").innerText();
  await page.getByRole("button", { name: "I have kept it" }).click();
  return key;
}
