import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { certificateMaterial } from "../verifier-py/export.ts";

const WORLDS = 100;
const FIRST = 41_000;

const folder = join(import.meta.dirname, "..", "verifier-py");
const python = spawnSync("python3", ["--version"], { encoding: "utf8" });
const here = python.status === 0;
if (!here) console.warn("python3 is not on this machine: the second verifier is NOT RUN.");

const place = mkdtempSync(join(tmpdir(), "caio-verifier-py-"));
afterAll(() => {
  rmSync(place, { recursive: true });
});

/** What the batch mode prints for each line. */
function verdicts(lines: readonly unknown[]): string[] {
  const file = join(place, "material.jsonl");
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const { stdout, stderr, status } = spawnSync("python3", ["verify.py", "--certificate", "--batch", file], { cwd: folder, encoding: "utf8" });
  expect([0, 1], stderr).toContain(status);
  return stdout.trim().split("\n");
}

describe.skipIf(!here)("verifier in Python, written from the documents alone", () => {
  it("passes its own tests", { timeout: 240_000 }, () => {
    expect(() => execFileSync("python3", ["-m", "unittest"], { cwd: folder, stdio: "pipe" })).not.toThrow();
  });

  it("accepts the bundles of all golden worlds, and none under another key", { timeout: 240_000 }, () => {
    const golden = join(import.meta.dirname, "..", "..", "docs", "vectors", "golden");
    const bundles = readdirSync(join(golden, "bundles")).sort().map((name) => join(golden, "bundles", name));
    const run = (key: string, files: readonly string[]): string[] =>
      spawnSync("python3", ["verify.py", ...files, "--key", key], { cwd: folder, encoding: "utf8" }).stdout.trim().split("\n");
    expect(bundles.length).toBe(200);
    expect(run(join(golden, "test-key.pub"), bundles)).toEqual(bundles.map((file) => `${file} valid`));
    const other = join(place, "other.pub");
    writeFileSync(other, "07".repeat(32));
    expect(run(other, bundles.slice(0, 3)).filter((line) => line.endsWith(" valid"))).toEqual([]);
  });

  it(`accepts the certificates of ${String(WORLDS)} random worlds, and none of which the decision was changed`, { timeout: 120_000 }, () => {
    const honest = Array.from({ length: WORLDS }, (_world, index) => certificateMaterial(FIRST + index));
    expect(verdicts(honest)).toEqual(honest.map((_line, index) => `${String(index + 1)} valid`));

    const changed = honest.map((line) => ({ ...line, certificate: withAnotherOutcome(line.certificate) }));
    expect(verdicts(changed).filter((verdict) => verdict.endsWith(" valid"))).toEqual([]);
  });
});

/** A refusal of another code; another score for what was chosen. */
function withAnotherOutcome(certificate: ReturnType<typeof certificateMaterial>["certificate"]): unknown {
  const { outcome } = certificate;
  if (outcome.kind === "refused") {
    const code = outcome.code === "NoMatchingService" ? "RuleViolation" : "NoMatchingService";
    return { ...certificate, outcome: { ...outcome, code } };
  }
  return { ...certificate, outcome: { ...outcome, selected: { ...outcome.selected, score: outcome.selected.score + 1 } } };
}
