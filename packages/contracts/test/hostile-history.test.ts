import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { DecimalText, parseYamlDocument, tryParseHistory } from "../src/index.ts";
import { historyDocument } from "../src/schema/state/history-document.ts";
import { withinProblemBudget } from "../src/schema/state/problem-budget.ts";
import { hostileHistories, hostileLeaves } from "./hostile/histories.ts";

const MAX_BYTES = 4_194_304;
/** What is left for a schema to look at: 500 problems, and about them the leaf, promise or list in which the last one is. */
const MAX_VALUES = 20_000;
const MAX_TOLD = 4_000;

/** How many values a schema would visit. */
function size(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, member) => sum + size(member), 1);
}

describe("a history that is wrong all over", () => {
  test("is refused with the process alive, and tells of a bounded number of problems", () => {
    const child = fileURLToPath(new URL("./hostile/history-child.ts", import.meta.url));
    const run = spawnSync(process.execPath, ["--conditions=@caio/source", "--import", "tsx", child], { encoding: "utf8", timeout: 120_000 });
    expect({ signal: run.signal, status: run.status, stderr: run.stderr }).toEqual({ signal: null, status: 0, stderr: "" });
    const counts = run.stdout.trim().split("\n").map(Number);
    expect(counts).toHaveLength(hostileHistories().length);
    for (const count of counts) expect([count > 0, count <= MAX_TOLD]).toEqual([true, true]);
  }, 130_000);

  test.each(Object.entries(hostileLeaves()))("%s: little of it reaches the schema, which refuses it", (_name, leaves) => {
    const history = { caio_history: DecimalText.ofNumber(1), version: DecimalText.ofNumber(0), leaves };
    expect(size(history)).toBeGreaterThan(2 * MAX_VALUES);
    expect(size(withinProblemBudget(history))).toBeLessThan(MAX_VALUES);
    const parsed = historyDocument().safeParse(history);
    expect(parsed.error?.issues.length).toBeGreaterThan(0);
    expect(parsed.error?.issues.length).toBeLessThan(MAX_TOLD);
  });

  test("counts the keys at the root, too", () => {
    const root = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`k${String(at)}`, null]));
    expect(size(withinProblemBudget(root))).toBeLessThan(MAX_VALUES);
    expect(historyDocument().safeParse(root).error?.issues.length).toBeLessThan(MAX_TOLD);
  });
});

describe("what may be right", () => {
  const leaf = (index: number, more: object = {}) => ({ service: `s-${String(index)}`, model: null, health: "healthy", promises: [], outcomes: 9, violations: 1, ...more });

  test("is left as it is, extensions aside", () => {
    const doubles = (count: number) => Array.from({ length: count }, (_, at) => at / 2);
    const promises = [{ property: "latency_ms", coverage: "0.95", bound: { max: 800 } }];
    const leaves = Array.from({ length: 300 }, (_, index) => leaf(index, index > 20 ? {} : { promises, memory: doubles(128), learned: { theta: doubles(16), inverse: doubles(256) } }));
    const reading = parseYamlDocument(JSON.stringify({ caio_history: 1, version: 7, leaves }), { file: "f", maxBytes: MAX_BYTES });
    const value = reading.ok ? reading.document.value : null;
    expect(withinProblemBudget(value)).toEqual(value);
  });

  test("is told of with its place, up to the 500th problem", () => {
    const leaves = Array.from({ length: 2000 }, (_, index) => leaf(index, index % 2 === 0 ? {} : { health: 1 }));
    const result = tryParseHistory(JSON.stringify({ caio_history: 1, version: 7, leaves }), { file: "f" });
    const paths = result.ok ? [] : result.problems.map(({ path }) => path);
    expect(paths).toEqual(Array.from({ length: 500 }, (_, index) => `leaves[${String(2 * index + 1)}].health`));
  });

  test.each([[null], ["words"], [[]], [{}], [{ leaves: {} }], [{ leaves: [null, [], "a"] }], [{ leaves: [{ constructor: 1, promises: { a: 1 }, learned: [], memory: {} }] }]])("%j is no reason to throw", (value) => {
    expect(size(withinProblemBudget(value))).toBeLessThan(20);
  });
});
