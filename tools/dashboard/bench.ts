/** `npm run bench:dashboard` (`tsx -C @caio/source tools/dashboard/bench.ts [--decisions N]`): the weight of the dashboard, and how it behaves over a gateway with many decisions. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { chromium } from "playwright-core";

import { buildDashboard } from "./build-dashboard.ts";
import { filledGateway } from "./filled-gateway.ts";
import { measurePage } from "./measure-page.ts";

const { values } = parseArgs({ options: { decisions: { type: "string", default: "10000" } } });
const decisions = Number(values.decisions);
const folder = mkdtempSync(join(tmpdir(), "caio-dashboard-"));
process.once("exit", () => { rmSync(folder, { recursive: true, force: true }); });
const kib = (bytes: number): string => (bytes / 1024).toFixed(1);

const files = await buildDashboard(folder);
console.log("| file | KiB | KiB gzip |\n|---|---|---|");
for (const { name, bytes, gzip } of files) console.log(`| ${name.replace(/-[\w-]{8}\./, ".")} | ${kib(bytes)} | ${kib(gzip)} |`);
const all = files.reduce((sum, { gzip }) => sum + gzip, 0);
console.log(`| all | ${kib(files.reduce((sum, { bytes }) => sum + bytes, 0))} | ${kib(all)} |\n`);

const gateway = await filledGateway({ decisions, everyUs: 50_000, pages: pathToFileURL(`${folder}/`) });
const browser = await chromium.launch({ executablePath: process.env["CAIO_CHROMIUM"] ?? "/usr/bin/chromium", chromiumSandbox: process.getuid?.() !== 0, args: ["--enable-precise-memory-info"] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${gateway.url}/dashboard/`);
  await page.evaluate(`sessionStorage.setItem("caio-key", ${JSON.stringify(gateway.admin)})`);
  const { firstPaint, firstDecision, interactive, blocked, elements, heapMb, scrollP95, scrollMost, scrollWork } = await measurePage(page, `${gateway.url}/dashboard/#/decisions`, decisions);
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  console.log(`| ${String(decisions)} decisions in the gateway | |\n|---|---|`);
  const figures = [["first paint", ms(firstPaint)], ["first decision drawn", ms(firstDecision)], ["time to interactive", ms(interactive)], ["blocked until then", ms(blocked)], ["elements, all decisions in the list", String(elements)], ["heap of scripts", `${heapMb.toFixed(1)} MB`], ["frame while scrolling, 95 %", ms(scrollP95)], ["frame while scrolling, longest", ms(scrollMost)], ["processor time of the page for such a frame", `${scrollWork.toFixed(1)} ms`]] as const;
  for (const [what, figure] of figures) console.log(`| ${what} | ${figure} |`);
} finally {
  await browser.close();
  await gateway.close();
}
