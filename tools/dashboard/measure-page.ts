import type { CDPSession, Page } from "playwright-core";

/** How a page with a long list behaved. Milliseconds. */
export interface PageMeasure {
  /** From the start of the load: anything drawn; the first decision drawn; that and the end of every task over 50 ms in the 3 s after it. */
  readonly firstPaint: number;
  readonly firstDecision: number;
  readonly interactive: number;
  /** What tasks took beyond 50 ms each, until then. */
  readonly blocked: number;
  /** Elements in the page when all decisions are in the list. */
  readonly elements: number;
  readonly heapMb: number;
  /** Frames while the whole list was scrolled through, the 95th percentile and the longest. */
  readonly scrollP95: number;
  readonly scrollMost: number;
  /** Processor time of the page's main thread for one of these frames: what does not depend on who else uses the machine. */
  readonly scrollWork: number;
}

/** Collects long tasks from the first line of the page on. */
const COLLECT = "window.longTasks = []; new PerformanceObserver((list) => { for (const { startTime, duration } of list.getEntries()) window.longTasks.push([startTime, duration]); }).observe({ type: 'longtask', buffered: true });";

const FRAMES = 120;
const SCROLL = `(async () => {
  const frame = document.querySelector(".decisions-frame");
  const gaps = [];
  let last = performance.now();
  for (let step = 0; step < ${String(FRAMES)}; step++) {
    frame.scrollTop = (frame.scrollHeight - frame.clientHeight) * (step % 2 === 0 ? step : 119 - step) / 119;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }
  gaps.sort((a, b) => a - b);
  return { p95: gaps[Math.floor(gaps.length * 0.95)], most: gaps[gaps.length - 1] };
})()`;

/** Loads the list and, by scrolling to its end, all older decisions. @param total - how many there are */
export async function measurePage(page: Page, url: string, total: number): Promise<PageMeasure> {
  await page.addInitScript(COLLECT);
  await page.goto(url);
  await page.reload();
  await page.locator(".decisions-row").first().waitFor({ timeout: 60_000 });
  const firstDecision = await number(page, "performance.now()");
  await page.waitForTimeout(3000);
  const firstPaint = await number(page, "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0");
  const tasks = await page.evaluate<readonly (readonly [number, number])[]>("window.longTasks");
  const interactive = Math.max(firstDecision, ...tasks.map(([start, duration]) => start + duration));
  const blocked = tasks.reduce((sum, [, duration]) => sum + Math.max(0, duration - 50), 0);
  await loadAll(page, total);
  // It counts from when it is enabled.
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const { p95, most } = await page.evaluate<{ readonly p95: number; readonly most: number }>(SCROLL);
  const scrollWork = (await mainThread(session)) / FRAMES;
  return { firstPaint, firstDecision, interactive, blocked, elements: await number(page, "document.querySelectorAll('*').length"), heapMb: (await number(page, "performance.memory.usedJSHeapSize")) / 1e6, scrollP95: p95, scrollMost: most, scrollWork };
}

/** Processor time that the main thread has taken, milliseconds. */
async function mainThread(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
}

async function loadAll(page: Page, total: number): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const rows = await number(page, "Number(document.querySelector('.decisions').getAttribute('aria-rowcount'))");
    if (rows > total) return;
    await page.evaluate("document.querySelector('.decisions-frame').scrollTop = 1e9");
    await page.waitForTimeout(50);
  }
  throw new Error("The list did not come to its end.");
}

async function number(page: Page, expression: string): Promise<number> {
  return Number(await page.evaluate(expression));
}
