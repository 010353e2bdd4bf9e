/** `tsx -C @caio/source tools/dashboard/make-pictures.ts [--out DIR]`: pictures of every view, light, dark and as on a phone; those of the documentation are among them. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import type { Page } from "playwright-core";

import { startDashboard } from "./dashboard-browser.ts";

const { values } = parseArgs({ options: { out: { type: "string", default: "out-tsc/dashboard-pictures" } } });
const out = resolve(values.out);
mkdirSync(out, { recursive: true });

const dashboard = await startDashboard({ decisions: 240 });
const { admin, url } = dashboard.gateway;
const answer = await fetch(`${url}/api/v1/decisions?limit=200`, { headers: { authorization: `Bearer ${admin}` } });
const { decisions } = (await answer.json()) as { readonly decisions: readonly { readonly id: string; readonly code: string | null; readonly candidates: number; readonly admitted: number }[] };
const chosen = decisions.find(({ candidates, admitted }) => candidates === 7 && admitted === 4)?.id ?? "";
const refused = decisions.find(({ code }) => code === "LatencyExceeded")?.id ?? "";

const views = { decisions: "#/decisions", decision: `#/decisions/${chosen}`, refused: `#/decisions/${refused}`, file: "#/decisions/file", services: "#/services", service: "#/services/gale", policies: "#/policies", policy: "#/policies/house", keys: "#/keys", log: "#/log", control: "#/control" };
const looks = { light: { colorScheme: "light" }, dark: { colorScheme: "dark" }, phone: { colorScheme: "light", viewport: { width: 360, height: 780 } } } as const;

for (const [look, options] of Object.entries(looks)) {
  const { page, close } = await dashboard.open("#/decisions", admin, options);
  for (const [name, hash] of Object.entries(views)) {
    await page.goto(`${url}/dashboard/${hash}`);
    await settled(page);
    if (name === "policy") await tried(page);
    await page.screenshot({ path: join(out, `${name}-${look}.png`), fullPage: true, animations: "disabled", caret: "hide" });
  }
  await close();
}
await documentation();
await dashboard.close();
console.log(`Pictures of ${String(Object.keys(views).length)} views in ${out}`);

/** Those of docs/dashboard.md: the part of a view that is seen first. */
async function documentation(): Promise<void> {
  const { page, close } = await dashboard.open("#/decisions", admin, { viewport: { width: 1180, height: 960 }, colorScheme: "light" });
  for (const name of ["decisions", "decision", "policy"] as const) {
    await page.goto(`${url}/dashboard/${views[name]}`);
    await settled(page);
    if (name === "policy") await tried(page);
    await page.evaluate(name === "decision" ? "window.scrollTo(0, 240)" : name === "policy" ? "document.querySelector('.findings').scrollIntoView()" : "window.scrollTo(0, 0)");
    await page.screenshot({ path: join(out, `dashboard-${name}.png`), animations: "disabled", caret: "hide" });
  }
  await close();
}

async function settled(page: Page): Promise<void> {
  await page.locator("main h1").waitFor();
  while ((await page.locator(".waiting").count()) > 0) await page.waitForTimeout(50);
  // Charts are drawn in the frame after.
  await page.waitForTimeout(700);
}

/** A draft with a change that recent requests feel. */
async function tried(page: Page): Promise<void> {
  const text = page.getByLabel("The policy as text");
  await text.fill((await text.inputValue()).replace("cost: 0.3", "cost: 0.9"));
  await page.locator("#draft-state").getByText("valid").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Try it on recent requests" }).click();
  await page.getByText(/requests would come out otherwise/).waitFor({ timeout: 60_000 });
}
