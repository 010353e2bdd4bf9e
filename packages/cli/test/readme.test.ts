import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { expect, it, onTestFinished } from "vitest";

import { runNode } from "./support/run-process.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The TypeScript examples of a README. */
async function examplesOf(name: string): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, "packages", name, "README.md"), "utf8");
  return [...text.matchAll(/^```ts\n([^]*?)^```/gm)].map(([, code = ""]) => code);
}

it.each(["cli", "gateway", "guarantees", "traceability"])("every example of the README of %s runs as it stands", async (name) => {
  const examples = await examplesOf(name);
  expect(examples.length).toBeGreaterThan(0);
  for (const [at, code] of examples.entries()) {
    expect(code).not.toMatch(/^declare /m);
    // Beside this file, so that the packages are found as a reader's project finds them.
    const file = join(import.meta.dirname, `.readme-${name}-${String(at)}-${String(process.pid)}.mts`);
    onTestFinished(() => rm(file, { force: true }));
    await writeFile(file, code);
    const run = await runNode(["--conditions=@caio/source", `--import=${import.meta.resolve("tsx")}`, file], { cwd: ROOT });
    expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: "" });
    expect(run.out).not.toBe("");
  }
}, 120_000);
