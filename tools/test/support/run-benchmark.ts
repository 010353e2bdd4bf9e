import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const run = promisify(execFile);

/** What a benchmark printed, and the figures and the picture that it wrote. */
export interface BenchmarkOutput {
  readonly printed: string;
  readonly figures: Record<string, unknown>;
  readonly picture: string;
}

/** Runs a command of the benchmarks, small, in a process of its own; it draws too if `--svg` is among its arguments, last. */
export async function runBenchmark(script: string, ...args: readonly string[]): Promise<BenchmarkOutput> {
  const folder = mkdtempSync(join(tmpdir(), "caio-bench-commands-"));
  try {
    const [json, svg] = [join(folder, "figures.json"), join(folder, "picture.svg")];
    const draws = args.at(-1) === "--svg";
    const { stdout } = await run(process.execPath, ["--import", "tsx", "-C", "@caio/source", `tools/${script}`, ...args, ...(draws ? [svg] : []), "--json", json], { cwd: root, maxBuffer: 1e8 });
    const text = readFileSync(json, "utf8");
    // Figures are for others to read: no path and no name of a machine in them, and no number that is none.
    expect(text).not.toContain(folder);
    expect(stdout).not.toMatch(/NaN|undefined/);
    return { printed: stdout, figures: JSON.parse(text) as Record<string, unknown>, picture: draws ? readFileSync(svg, "utf8") : "" };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
