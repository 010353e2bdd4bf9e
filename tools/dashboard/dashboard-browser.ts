import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium, type BrowserContextOptions, type Page } from "playwright-core";

import { buildDashboard } from "./build-dashboard.ts";
import { filledGateway, type FilledGateway } from "./filled-gateway.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The dashboard in a browser, over a filled gateway that serves it. */
export interface DashboardBrowser {
  readonly gateway: FilledGateway;
  /** @param key - the one that was entered; undefined: none yet */
  readonly open: (hash: string, key: string | undefined, options?: BrowserContextOptions) => Promise<OpenDashboard>;
  readonly close: () => Promise<void>;
}

export interface OpenDashboard {
  readonly page: Page;
  /** What was written to the console as an error or a warning, and what was thrown. */
  readonly complaints: string[];
  /** Addresses of other places that were asked for anything. */
  readonly strangers: string[];
  readonly close: () => Promise<void>;
}

/** Builds the page, fills a gateway that serves it, and starts Chromium. */
export async function startDashboard({ decisions }: { readonly decisions: number }): Promise<DashboardBrowser> {
  const folder = mkdtempSync(join(tmpdir(), "caio-dashboard-"));
  try {
    return await startIn(folder, decisions);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
}

async function startIn(folder: string, decisions: number): Promise<DashboardBrowser> {
  await buildDashboard(folder);
  const gateway = await filledGateway({ decisions, pages: pathToFileURL(`${folder}/`) });
  const browser = await chromium.launch({
    executablePath: process.env["CAIO_CHROMIUM"] ?? "/usr/bin/chromium",
    chromiumSandbox: process.getuid?.() !== 0,
    args: ["--font-render-hinting=none", "--disable-lcd-text"],
  });
  return {
    gateway,
    open: async (hash, key, options = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce", ...options });
      const [complaints, strangers]: [string[], string[]] = [[], []];
      context.on("request", (request) => { if (!request.url().startsWith(gateway.url) && !request.url().startsWith("blob:")) strangers.push(request.url()); });
      context.on("console", (message) => { if (["error", "warning"].includes(message.type())) complaints.push(message.text()); });
      context.on("weberror", (error) => complaints.push(String(error.error())));
      const page = await context.newPage();
      await page.goto(`${gateway.url}/dashboard/`);
      if (key !== undefined) await page.evaluate(`sessionStorage.setItem("caio-key", ${JSON.stringify(key)})`);
      await page.goto(`${gateway.url}/dashboard/${hash}`);
      if (key !== undefined) await page.reload();
      await page.locator("h1").waitFor();
      return { page, complaints, strangers, close: () => context.close() };
    },
    close: async () => {
      await browser.close();
      await gateway.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What axe finds against the page as it stands, one line each. */
export async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(`axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 120)).join(" | ")))`);
  return found as readonly string[];
}
