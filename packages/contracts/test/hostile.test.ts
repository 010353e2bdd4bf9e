import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ContractParser, parseYamlDocument, tryParseHistory, tryParsePrincipal, tryParseRequestDocument } from "../src/index.ts";
import { hostileTexts } from "./hostile/texts.ts";

const CPU_LIMIT_MS = 3000;

interface Line {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  readonly ms: number;
}

describe("hostile text", () => {
  test("every hostile text is refused in bounded time with the process alive", () => {
    const child = fileURLToPath(new URL("./hostile/child.ts", import.meta.url));
    const run = spawnSync(process.execPath, ["--conditions=@caio/source", "--import", "tsx", child], { encoding: "utf8", timeout: 60_000 });
    expect(run.signal).toBeNull();
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    const lines = run.stdout.trim().split("\n").map((line) => JSON.parse(line) as Line);
    expect(lines.map((line) => line.name)).toEqual(Object.keys(hostileTexts()));
    expect(lines.filter((line) => line.ok)).toEqual([]);
    expect(lines.filter((line) => line.ms > CPU_LIMIT_MS)).toEqual([]);
    const found = new Map(lines.map((line) => [line.name, line.found]));
    expect(found.get("brackets")).toContain("deeper than 64");
    expect(found.get("ten megabytes")).toContain("over 64 KiB");
    expect(found.get("alias bomb")).toBe("an anchor");
    expect(found.get("proto")).toContain("__proto__");
  }, 70_000);

  test.each([
    ["flow sequences", (depth: number) => "[".repeat(depth) + "]".repeat(depth)],
    ["flow mappings", (depth: number) => "{a: ".repeat(depth) + "}".repeat(depth)],
    ["sequences", (depth: number) => "- ".repeat(depth) + "a"],
    ["mappings", (depth: number) => Array.from({ length: depth }, (_, level) => `${" ".repeat(level)}a:`).join("\n")],
    ["both", (depth: number) => Array.from({ length: depth / 2 }, (_, level) => `${" ".repeat(2 * level)}- a:`).join("\n")],
  ])("64 levels of %s pass, 66 do not", (_name, nested) => {
    expect(parseYamlDocument(nested(64), { file: "a" })).toMatchObject({ ok: true });
    expect(parseYamlDocument(nested(66), { file: "a" })).toMatchObject({ ok: false });
  });

  test.each([
    ["values", `x: [${"1,".repeat(1_900_000)}1]`],
    ["members", `x: {${"a: ,".repeat(1_000_000)}}`],
    ["line ends", "\n".repeat(4_000_000)],
    ["comments", "#\n".repeat(2_000_000)],
    ["items", "- 1\n".repeat(1_000_000)],
  ])("a history of 4 MiB of %s is refused in bounded time", (_name, body) => {
    const start = process.cpuUsage();
    const result = tryParseHistory(`caio_history: 1\n${body}`, { file: "f" });
    const { user, system } = process.cpuUsage(start);
    expect(result).toMatchObject({ ok: false, problems: [{ found: "a document of more than 250000 parts" }] });
    expect((user + system) / 1000).toBeLessThan(CPU_LIMIT_MS);
  });

  test.each([
    ["with what was learned", 300, "3ff0000000000000"],
    ["without", 3000, undefined],
  ])("an honest history of many leaves %s passes, laid out in lines", (_name, count, double) => {
    const learned = double === undefined ? {} : { learned: { theta: double.repeat(16), inverse: double.repeat(256) }, memory: double.repeat(128) };
    const promises = [{ property: "latency_ms", coverage: 0.95, bound: { max: 800 } }];
    const leaves = Array.from({ length: count }, (_, index) => (
      { service: `s-${String(index)}`, model: null, health: "healthy", promises: double === undefined ? [] : promises, outcomes: 9, violations: 1, ...learned }
    ));
    expect(tryParseHistory(JSON.stringify({ caio_history: 1, version: 7, leaves }, null, 1), { file: "f" })).toMatchObject({ ok: true });
  }, 60_000);

  test("what YAML has and is not taken is refused by name", () => {
    for (const [text, found] of [
      ["a: &x 1", "an anchor"],
      ["a: *x", "an alias"],
      ["a: !!int 1", "a tag"],
      ["%YAML 1.1\n---\na: 1", "a directive"],
      ["a: .nan", "NaN or an infinity"],
      ["a: 1\na: 2", 'the key "a" twice'],
      ["a: 1\n---\na: 1", "a syntax error"],
    ] as const) {
      expect(parseYamlDocument(text, { file: "f" })).toMatchObject({ ok: false, problems: [{ file: "f", found }] });
    }
    expect(parseYamlDocument("a: 'x & y * !z %'\nb: \"&a *b\"", { file: "f" })).toMatchObject({ ok: true });
  });

  test("parsers are total on any text", () => {
    const parser = new ContractParser();
    const piece = fc.constantFrom("- ", "? ", ": ", "a: ", "a:", "[", "{", "]", "}", ",", "\n", "  ", "'", '"', "|\n", "#", "\t", "service", "1e9", "~", "\\", "\u0000", "\ud800");
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join("")), fc.json({ maxDepth: 4 }));
    fc.assert(
      fc.property(text, (source) => {
        for (const parse of [parser.tryParse.bind(parser), tryParseRequestDocument, tryParsePrincipal, tryParseHistory]) {
          const result = parse(source, { file: "f" });
          if (result.ok) continue;
          expect(result.problems.length).toBeGreaterThan(0);
          for (const problem of result.problems) expect(problem).toMatchObject({ file: "f", line: expect.any(Number) as number });
        }
      }),
      { numRuns: 60 },
    );
  });

  test("parsers are total on any value", () => {
    const parser = new ContractParser();
    fc.assert(fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }), (value) => {
      expect(parser.tryParseValue({ service_id: "a", version: "1.0.0", capabilities: [], api: value }).ok).toBeTypeOf("boolean");
      expect(parser.tryParseValue(value).ok).toBe(false);
    }), { numRuns: 100 });
  });
});
