import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished, vi } from "vitest";

import { ROOT } from "../packages/published.ts";

/** Running programs whose command line names the folder; undefined where the system does not tell. */
function runningIn(folder: string): readonly string[] | undefined {
  if (!existsSync("/proc/self/cmdline")) return undefined;
  const commandOf = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      return ""; // it has ended
    }
  };
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(commandOf).filter((command) => command.includes(folder));
}

it.each([["SIGTERM", "its command is bundled"], ["SIGINT", "the copy is made"]] as const)("packing that is told to stop by %s while %s leaves no bundle in the repository, no folder and no program", async (signal, during) => {
  const folder = mkdtempSync(join(tmpdir(), "caio-stopped-test-"));
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
  const bundle = join(ROOT, "packages/cli/bundle");
  const before = existsSync(bundle);
  const child = spawn(process.execPath, ["-C", "@caio/source", "--import", "tsx", "tools/packages/check-sizes.ts", "--only", "cli"], { cwd: ROOT, env: { ...process.env, TMPDIR: folder }, stdio: "ignore" });
  onTestFinished(() => { child.kill("SIGKILL"); });
  const ended = once(child, "exit");
  const isCopying = (): boolean => readdirSync(folder).some((name) => name.startsWith("caio-sizes-"));
  // What npm runs before it packs names the folder that it writes into.
  const isBundling = (): boolean => runningIn(join(folder, "caio-sizes-"))?.some((command) => command.includes("bundle.ts")) ?? isCopying();
  await vi.waitFor(() => { expect(during === "the copy is made" ? isCopying() : isBundling()).toBe(true); }, { timeout: 30_000, interval: 10 });
  child.kill(signal);
  expect(await ended).toEqual([null, signal]);
  expect(readdirSync(folder).filter((name) => name.startsWith("caio-"))).toEqual([]);
  expect(runningIn(folder) ?? []).toEqual([]);
  expect(existsSync(bundle)).toBe(before);
}, 60_000);
