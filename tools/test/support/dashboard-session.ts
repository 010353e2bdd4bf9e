import type { BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";

import { startDashboard, type DashboardBrowser, type OpenDashboard } from "../../dashboard/dashboard-browser.ts";
import type { FilledGateway } from "../../dashboard/filled-gateway.ts";

/** The dashboard in a browser as a suite uses it: whatever it opened is closed at its end. */
export class DashboardSession {
  readonly gateway: FilledGateway;
  readonly #browser: DashboardBrowser;
  readonly #opened: OpenDashboard[] = [];

  private constructor(browser: DashboardBrowser) {
    this.gateway = browser.gateway;
    this.#browser = browser;
  }

  static async start(filling: { readonly decisions: number }): Promise<DashboardSession> {
    return new DashboardSession(await startDashboard(filling));
  }

  /** @param key - the one that was entered; undefined: none yet */
  async open(hash: string, key: string | undefined, options?: BrowserContextOptions): Promise<OpenDashboard> {
    const page = await this.#browser.open(hash, key, options);
    this.#opened.push(page);
    return page;
  }

  /** Goes to another view of an open page, and waits until that has drawn itself anew: before, the last view is still there. */
  async turn(page: Page, hash: string): Promise<void> {
    await page.goto(`${this.gateway.url}/dashboard/${hash}`);
    await page.evaluate("new Promise((drawn) => { requestAnimationFrame(() => { requestAnimationFrame(drawn); }); })");
  }

  /** Holds what a page asks of an address back, until what this returns is called. */
  async hold(page: Page, address: string): Promise<() => void> {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => { release = resolve; });
    await page.route(address, async (route) => {
      await released;
      await route.continue();
    });
    return release;
  }

  /** The API's answer to the administrator. */
  async api<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(new URL(path, this.gateway.url), { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), authorization: `Bearer ${this.gateway.admin}` } });
    return (await (response.headers.get("content-type")?.includes("json") === true ? response.json() : response.text())) as Answer;
  }

  /** Closes a page that had nothing to complain of and asked nobody else. */
  async closeQuiet({ complaints, strangers, close }: OpenDashboard): Promise<void> {
    await close();
    expect(complaints).toEqual([]);
    expect(strangers).toEqual([]);
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map(({ close }) => close().catch(() => undefined)));
    await this.#browser.close();
  }
}
