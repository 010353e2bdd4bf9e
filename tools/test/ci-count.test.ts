import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, expect, it } from "vitest";

const program = fileURLToPath(new URL("../ci/count.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "caio-ci-count-"));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function count(...reports: readonly object[]): readonly string[] {
  const files = reports.map((report, index) => {
    const file = join(folder, `${String(index)}.json`);
    writeFileSync(file, JSON.stringify(report));
    return file;
  });
  return execFileSync(process.execPath, [program, ...files], { cwd: folder, encoding: "utf8" }).trimEnd().split("\n");
}

const green = { success: true, numPassedTests: 3, numFailedTests: 0, testResults: [{ name: join(folder, "a.test.ts"), message: "", assertionResults: [{ status: "passed", fullName: "adds", failureMessages: [] }] }] };

it("counts what passed, and says nothing more", () => {
  expect(count(green, green)).toEqual(["6 0"]);
});

it("names each failed test with the head of its message, without colours", () => {
  const red = {
    ...green,
    success: false,
    numFailedTests: 1,
    testResults: [{ name: join(folder, "b.test.ts"), message: "", assertionResults: [{ status: "failed", fullName: "sums adds", failureMessages: [`\u001B[31mexpected 1\u001B[39m\nto be 2${"\nat a line".repeat(50)}`] }] }],
  };
  const lines = count(green, red);
  expect(lines.slice(0, 4)).toEqual(["6 1", "FAILED b.test.ts > sums adds", "    expected 1", "    to be 2"]);
  expect(lines).toHaveLength(14);
});

it("takes a file that could not be loaded, an error outside of tests, an empty run and a missing report for failures", () => {
  const unloaded = { success: false, numPassedTests: 3, numFailedTests: 0, testResults: [{ name: join(folder, "c.test.ts"), message: "no such module", assertionResults: [] }] };
  expect(count(unloaded)).toEqual(["3 1", "FAILED c.test.ts", "    no such module"]);
  expect(count({ ...green, success: false })[0]).toBe("3 1");
  expect(count({ ...green, numPassedTests: 0, testResults: [] })[0]).toBe("0 1");
  expect(count()).toEqual(["0 1"]);
  expect(execFileSync(process.execPath, [program, join(folder, "none.json")], { encoding: "utf8" })).toMatch(/^0 1\nFAILED .*none\.json: no report of vitest \(ENOENT/);
});
