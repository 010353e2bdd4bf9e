import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "caio-bench-commands-"));
const run = promisify(execFile);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command of the benchmarks, small, and gives what it printed and what it wrote. */
async function command(script: string, ...args: readonly string[]): Promise<{ readonly printed: string; readonly figures: Record<string, unknown> }> {
  const file = join(folder, `${script.replaceAll("/", "-")}.json`);
  const { stdout } = await run(process.execPath, ["--import", "tsx", "-C", "@caio/source", `tools/${script}`, ...args, "--json", file], { cwd: root, maxBuffer: 1e8 });
  const text = readFileSync(file, "utf8");
  // Figures are for others to read: no path and no name of a machine in them, and no number that is none.
  expect(text).not.toContain(folder);
  expect(stdout).not.toMatch(/NaN|undefined/);
  return { printed: stdout, figures: JSON.parse(text) as Record<string, unknown> };
}

it("the grid measures each of its points, and draws them", async () => {
  const svg = join(folder, "grid.svg");
  const { figures } = await command("bench/grid.ts", "--quick", "--rounds", "2", "--round-ms", "20", "--svg", svg);
  const points = figures["points"] as { readonly allocation: Record<string, number>; readonly registry: { readonly heap: number } }[];
  expect(points).toHaveLength(5);
  for (const { allocation, registry } of points) {
    expect(Math.min(...Object.values(allocation))).toBeGreaterThan(10_000);
    expect(registry.heap).toBeGreaterThan(1000);
  }
  expect(readFileSync(svg, "utf8")).toContain("<polyline");
});

it("what must be shown is measured: growth and the registry", async () => {
  const { figures } = await command("bench/must-show.ts", "--quick", "--only", "growth,registry", "--rounds", "2", "--iterations", "20");
  expect(Object.keys(figures["figures"] as object)).toEqual(["services", "rules", "registration", "swap", "memory"]);
});

it("decisions on several cores go into one log, in memory and durable", async () => {
  const { figures } = await command("bench/cores.ts", "--services", "100", "--rules", "20", "--candidates", "5", "--decisions", "80", "--rounds", "1");
  expect(figures["figures"]).toHaveLength(6);
});

it("the router and everyone beside it are compared in every shop", async () => {
  const { printed, figures } = await command("compare/compare.ts", "--quick", "--rounds", "1");
  expect(figures["shops"]).toHaveLength(3);
  expect(printed.match(/The fastest engine is/g)).toHaveLength(3);
});

it("the simulation of scale misses no decision", async () => {
  const { printed } = await command("scale/simulate.ts", "--hours", "0.1");
  expect(printed).toContain("30 over an ocean");
});
