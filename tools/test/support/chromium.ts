import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

import { buildPage } from "../../verifier-page/build-page.ts";
import { servePage } from "../../verifier-page/serve-page.ts";

const path = process.env["CAIO_CHROMIUM"] ?? "/usr/bin/chromium";
/** Where a suite must not be left out in silence. */
const demanded = process.env["CI"] === "true" || process.env["CAIO_VECTORS"] !== undefined;
const here = existsSync(path);

/** True if a suite that needs Chromium is to be left out, which is said. */
export function withoutChromium(suite: string): boolean {
  if (here || demanded) return false;
  console.warn(`${suite}: NOT RUN, for there is no Chromium at ${path}. To run it: apt-get install chromium fonts-dejavu-core, or set CAIO_CHROMIUM.`);
  return true;
}

/** The page as a browser shows it, with all that must not happen meanwhile. */
export interface OpenPage {
  readonly page: Page;
  /** What was written to the console as an error or a warning, and what was thrown. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for anything. */
  readonly requests: readonly string[];
}

/** A browser with the built page on this machine's own address. */
export interface PageBrowser {
  readonly url: string;
  readonly open: (options?: BrowserContextOptions) => Promise<OpenPage>;
  /** A folder for the test's own files. */
  readonly folder: string;
  readonly close: () => Promise<void>;
}

/** Starts Chromium; whoever does so closes it. @throws Error where there is none */
export async function launchChromium(): Promise<Browser> {
  if (!here) throw new Error(`Found no Chromium at ${path}. Install Debian's package chromium, or set CAIO_CHROMIUM to the browser's path.`);
  return chromium.launch({
    executablePath: path,
    chromiumSandbox: process.getuid?.() !== 0,
    args: ["--font-render-hinting=none", "--disable-lcd-text"],
  });
}

/** Builds the page, serves it and starts Chromium. @throws Error where there is no Chromium */
export async function startPageBrowser(): Promise<PageBrowser> {
  const folder = mkdtempSync(join(tmpdir(), "caio-verifier-page-"));
  const out = join(folder, "page");
  await buildPage(out);
  const { url, close } = await servePage(out, 0);
  const browser = await launchChromium();
  return {
    url,
    folder,
    open: async (options = {}) => {
      const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce", ...options });
      const complaints: string[] = [];
      const requests: string[] = [];
      context.on("request", (request) => requests.push(request.url()));
      context.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      context.on("weberror", (error) => complaints.push(String(error.error())));
      const page = await context.newPage();
      await page.goto(url);
      return { page, complaints, requests };
    },
    close: async () => {
      await browser.close();
      await close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Gives the page a receipt and a key as files or as text, asks, and waits for the verdict. */
export async function ask(page: Page, receipt: string | Buffer, key: string): Promise<void> {
  const file = (name: string, content: string | Buffer): { name: string; mimeType: string; buffer: Buffer } => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
  await page.getByLabel("Receipt file").setInputFiles(file("decision.caio.json", receipt));
  await page.getByLabel("Key file").setInputFiles(file("decision.caio.json.pub", `${key}\n`));
  await page.getByRole("button", { name: "Check the receipt" }).click();
  await page.locator("#verdict").waitFor({ timeout: 30_000 });
}
