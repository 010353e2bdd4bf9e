import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { validateText } from "../src/index.ts";
import { caio } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const CPU_LIMIT_MS = 3000;
const contract = "service_id: a\nversion: 1.0.0\ncapabilities: [echo]\n";

function cpuMs(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

async function shownFor(text: string): Promise<string> {
  const folder = await temporaryFolder({ "a.yaml": text });
  const { code, out } = await caio("validate", join(folder, "a.yaml"));
  expect(code).toBe(1);
  return out;
}

describe("long documents", () => {
  const ones = "1,".repeat(1_900_000);

  it.each([
    ["a contract", `service_id: a\nx: [${ones}1]\n`, undefined, "a document over 64 KiB"],
    ["a request in JSON", `{"caio_request":1,"context":{"caio_history":[${ones}1]}}`, undefined, "a document over 64 KiB"],
    ["a nested caio_history", `caio_request: 1\ncontext:\n  caio_history: [${ones}1]\n`, undefined, "a document over 64 KiB"],
    ["a history", `caio_history: 1\nx: [${ones}1]\n`, "history", "a document of more than 250000 parts"],
    ["a history in JSON", `{ "version": 0, "caio_history": 1, "leaves": [${ones}1] }`, "history", "a document of more than 250000 parts"],
  ])("refuses %s of 4 MiB of tiny values at once", (_name, text, kind, found) => {
    let report: ReturnType<typeof validateText> | undefined;
    expect(cpuMs(() => (report = validateText(text, "file")))).toBeLessThan(CPU_LIMIT_MS);
    expect(report).toMatchObject({ kind, problems: [{ found }] });
    expect(report?.problems).toHaveLength(1);
  });

  const memory = "3ff0000000000000".repeat(128);
  const leaf = (index: number) => ({ service: `s-${String(index)}`, model: null, health: "healthy", promises: [], outcomes: 1, violations: 0, memory });
  const leaves = JSON.stringify(Array.from({ length: 60 }, (_, index) => leaf(index)));

  it.each([
    ["JSON", `{ "caio_history": 1, "version": 0, "leaves": ${leaves} }`],
    ["YAML", `# learned\n---\nversion: 0\ncaio_history: 1\nleaves: ${leaves}\n`],
  ])("takes a long history in %s", (_name, text) => {
    expect(validateText(text, "file")).toMatchObject({ kind: "history", problems: [] });
  });

  it("says of a long text that could be a history what would show it", () => {
    const { problems } = validateText(`version: 0\nleaves: ${leaves}\ncaio_history: 1\n`, "file");
    expect(problems).toMatchObject([{ found: "a document over 64 KiB", expected: "at most 65536 bytes, or a history that begins with caio_history" }]);
  });
});

describe("what the excerpt shows", () => {
  it.each([
    ["credentials in a URL", `${contract}api: { protocol: http, base_url: "https://user:S3CR3T@a.example" }\n`],
    ["credentials in a URL on a line of its own", `${contract}api:\n  protocol: http\n  base_url: https://user:S3CR3T@a.example\n`],
    ["a literal secret", `${contract}api:\n  protocol: http\n  base_url: https://a.example\n  auth: { scheme: bearer, secret: S3CR3T }\n`],
    ["a sentence", "caio_request: S3CR3T words\n"],
    ["a block of text", "caio_request: |\n  S3CR3T\n"],
    ["an unclosed quote", 'caio_request: 1\ncapability: "S3CR3T\n'],
    ["text for a number", 'caio_request: 1\nlimits: { budget: "sk-S3CR3Tbudget" }\n'],
    ["a secret before the place", `${contract}api: { auth: { scheme: bearer, secret: S3CR3T }, protocl: http }\n`],
    ["a secret behind the place", `${contract}api: { protocl: http, auth: { scheme: bearer, secret: S3CR3T } }\n`],
    ["the value of an unknown key", "caio_request: 1\ntoken: S3CR3T\n"],
  ])("keeps back %s", async (_name, text) => {
    expect(await shownFor(text)).not.toContain("S3CR3T");
  });

  it("shows no line for a value that was withheld", async () => {
    const out = await shownFor('caio_request: 1\nlimits: { budget: "much" }\n');
    expect(out).toContain("limits.budget: found text, expected a decimal");
    expect(out).not.toContain(" | ");
  });

  it("shows a value that the message names, with the keys that lead to it", async () => {
    expect(await shownFor("caio_request: 1\nlimits: { budget: -1, deadline_ms: 5 }\n")).toContain("  2 | limits: { budget: -1 …\n    |                   ^\n");
  });

  it("keeps the caret in place behind values that it leaves out", async () => {
    expect(await shownFor("{ caio_request: 1, context: { a: b }, budgt: 1 }\n")).toMatch(/ {2}1 \| +… budgt …\n {4}\| {39}\^\n/);
  });
});

it.each([
  ["3", "a number"],
  ["words", "text"],
  ["[]", "a list"],
  ["{}", "an empty mapping"],
  ["", "nothing"],
])("says of a document %j what stands in place of a mapping", (text, found) => {
  const [problem] = validateText(text, "file").problems;
  expect(problem).toMatchObject({ found });
  expect(problem?.expected).toMatch(/^a mapping with one of service_id, caio_request/);
});
