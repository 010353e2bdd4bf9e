import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "vitest";

import { certificateMaterial } from "../../verifier-py/export.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const GOLDEN = join(ROOT, "docs", "vectors", "golden");

/** Where the verifier in Python is. */
export const pythonFolder = join(ROOT, "tools", "verifier-py");

/** True if it cannot run on this machine, which is said. */
export function withoutPython(): boolean {
  if (spawnSync("python3", ["--version"]).status === 0) return false;
  console.warn("python3 is not on this machine: the second verifier is NOT RUN.");
  return true;
}

interface PythonReport {
  readonly valid: boolean;
  readonly checks: readonly { readonly check: string; readonly verdict: string; readonly standing: string; readonly detail: string }[];
}

/** The whole report of one file. */
export function verifiedByPython(file: string, ...options: readonly string[]): PythonReport {
  const { stdout, stderr } = spawnSync("python3", ["verify.py", file, "--json", ...options], { cwd: pythonFolder, encoding: "utf8" });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as PythonReport;
}

/** The whole reports of several files, from one process. */
export function allVerifiedByPython(files: readonly string[], ...options: readonly string[]): PythonReport[] {
  const { stdout, stderr } = spawnSync("python3", ["verify.py", ...files, "--json", ...options], { cwd: pythonFolder, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.trim().split("\n").map((line) => JSON.parse(line) as PythonReport);
}

/** It accepts the bundles of so many golden worlds, and none under another key. */
export function expectGolden(count: number): void {
  const bundles = readdirSync(join(GOLDEN, "bundles")).sort().slice(0, count).map((name) => join(GOLDEN, "bundles", name));
  expect(bundles.length).toBe(count);
  const run = (key: string, files: readonly string[]): string[] =>
    spawnSync("python3", ["verify.py", ...files, "--key", key], { cwd: pythonFolder, encoding: "utf8" }).stdout.trim().split("\n");
  expect(run(join(GOLDEN, "test-key.pub"), bundles)).toEqual(bundles.map((file) => `${file} valid`));
  inFolder((place) => {
    const other = join(place, "other.pub");
    writeFileSync(other, "07".repeat(32));
    expect(run(other, bundles.slice(0, 3)).filter((line) => line.endsWith(" valid"))).toEqual([]);
  });
}

/** It accepts the certificates of so many random worlds, and none of which the decision was changed. */
export function expectRandomWorlds(from: number, count: number): void {
  const honest = Array.from({ length: count }, (_world, index) => certificateMaterial(from + index));
  expect(verdicts(honest)).toEqual(honest.map((_line, index) => `${String(index + 1)} valid`));
  const changed = honest.map((line) => ({ ...line, certificate: withAnotherOutcome(line.certificate) }));
  expect(verdicts(changed).filter((verdict) => verdict.endsWith(" valid"))).toEqual([]);
}

/** What the batch mode prints for each line. */
function verdicts(lines: readonly unknown[]): string[] {
  return inFolder((place) => {
    const file = join(place, "material.jsonl");
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const { stdout, stderr, status } = spawnSync("python3", ["verify.py", "--certificate", "--batch", file], { cwd: pythonFolder, encoding: "utf8" });
    expect([0, 1], stderr).toContain(status);
    return stdout.trim().split("\n");
  });
}

function inFolder<T>(use: (place: string) => T): T {
  const place = mkdtempSync(join(tmpdir(), "caio-verifier-py-"));
  try {
    return use(place);
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** A refusal of another code; another score for what was chosen. */
function withAnotherOutcome(certificate: ReturnType<typeof certificateMaterial>["certificate"]): unknown {
  const { outcome } = certificate;
  if (outcome.kind === "refused") {
    const code = outcome.code === "NoMatchingService" ? "RuleViolation" : "NoMatchingService";
    return { ...certificate, outcome: { ...outcome, code } };
  }
  return { ...certificate, outcome: { ...outcome, selected: { ...outcome.selected, score: outcome.selected.score + 1 } } };
}
