import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "vitest";

import { validateText } from "../src/index.ts";
import { caio, example, json } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

async function exampleFiles(...folders: readonly string[]): Promise<string[]> {
  const files = await Promise.all(folders.map(async (folder) => (await readdir(example(folder))).map((name) => example(`${folder}/${name}`))));
  return files.flat();
}

it("accepts every contract, request, principal and plan of the examples", async () => {
  const files = await exampleFiles("contracts", "contracts-later", "requests", "principals", "plans");
  const { code, out } = await caio("validate", ...files);
  expect(out).not.toContain("problem");
  expect(code).toBe(0);
});

it("names file, line and column, shows the place, and says what was probably meant", async () => {
  const folder = await temporaryFolder({ "house.yaml": "caio_policy: 1\nid: house\nlimits: { budgt: 0.05 }\n" });
  const file = join(folder, "house.yaml");
  const { code, out } = await caio("validate", file);
  expect(code).toBe(1);
  expect(out).toContain(`${file}:3:11 error limits.budgt:`);
  expect(out).toContain('did you mean "budget"?');
  expect(out).toContain("  3 | limits: { budgt …\n    |           ^\n");
});

it("reports all problems of all files at once", async () => {
  const folder = await temporaryFolder({
    "a.json": '{ "caio_request": 1, "now": 1, "limits": { "budget": "x" } }',
    "b.yaml": "service_id: UPPER\nversion: 1.0.0\ncapabilities: [echo]\n",
  });
  const { code, out } = await caio("validate", join(folder, "a.json"), join(folder, "b.yaml"), "--json");
  expect(code).toBe(1);
  expect(json(out)).toMatchObject({
    documents: [{ problems: [{ path: "now" }, { path: "limits.budget" }] }, { problems: [{ path: "service_id", line: 1 }] }],
  });
});

it.each([
  ["contract", "service_id: a\nversion: 1.0.0\ncapabilities: [echo]\n"],
  ["contract", "service: { id: a, version: 1.0.0, capabilities: [echo] }\n"],
  ["request", '{ "requirements": ["echo"], "context": {} }'],
  ["policy", "caio_policy: 1\nid: house\n"],
  ["history", '{ "caio_history": 1, "version": 0, "leaves": [] }'],
  ["principal", "{ subject: a, issuer: b, tenant: c, permissions: [], trust: 1, evidence: { method: local } }"],
  ["plan", '{ "caio_plan": 1, "plan": "a", "steps": { "a": { "requirements": ["echo"] } } }'],
] as const)("tells a %s by its keys", (kind, text) => {
  expect(validateText(text, "file")).toMatchObject({ kind, problems: [] });
});

it("says so of a document that nothing tells apart", () => {
  const { kind, problems } = validateText("{ caio_requst: 1 }", "file");
  expect(kind).toBeUndefined();
  expect(problems[0]).toMatchObject({ found: "the keys caio_requst", didYouMean: "caio_request" });
});

it("places a semantic error of a contract where it stands, in either spelling", () => {
  const cost = "cost: { model: per_request, base_cost: 0.1, currency: USD }\n";
  const doubtful = "access: { public: true, required_permissions: [a] }\n";
  const flat = validateText(`service_id: a\nversion: 1.0.0\ncapabilities: [echo]\n${cost}${doubtful}`, "file");
  const nested = validateText(`${cost}${doubtful}service: { id: a, version: 1.0.0, capabilities: [echo] }\n`, "file");
  expect(flat.problems).toEqual([]);
  expect([...flat.warnings, ...nested.warnings].filter(({ path }) => path.startsWith("access")).map(({ line }) => line)).toEqual([5, 2]);
});

it("places a problem of a plan's step at the step", () => {
  const text = '{\n "caio_plan": 1, "plan": "a",\n "steps": { "a": { "caio_request": 1,\n  "limits": { "budget": "much" } } } }';
  expect(validateText(text, "file").problems[0]).toMatchObject({ path: "steps.a.limits.budget", line: 4 });
  expect(validateText('{ "caio_plan": 1,\n "plan": "b", "steps": {} }', "file").problems[0]).toMatchObject({ path: "steps.b", line: 2 });
});

it("finds rules that contradict each other", () => {
  const rules = ["> 2", "< 2"].map((range, index) => `  - { id: r${String(index)}, require: 'service.version_major ${range}', reason: x. }\n`);
  const { problems } = validateText(`caio_policy: 1\nid: house\nrules:\n${rules.join("")}`, "file");
  expect(problems[0]).toMatchObject({ path: "rules r0, r1", line: 4, found: "contradiction" });
});

it("cannot use a file that is not there", async () => {
  const { code, err } = await caio("validate", example("requests/plain.json"), "nowhere.yaml");
  expect(code).toBe(2);
  expect(err).toContain("error NotFound: nowhere.yaml: there is no such file");
});

it("knows a team's own properties from their definitions, in contracts, requests and plans, and without these not", async () => {
  const properties = example("team-extension/properties.json");
  const request = "{ caio_request: 1, requirements: { capabilities: [{ type: text.summarise }], guarantees: { carbon_grams: 0.1 } } }";
  const folder = await temporaryFolder({ "request.yaml": request, "plan.yaml": `{ caio_plan: 1, plan: one, steps: { one: ${request} } }`, "wrong.yaml": request.replace("carbon_grams", "carbon_gram") });
  const files = [...(await exampleFiles("team-extension/contracts")), join(folder, "request.yaml"), join(folder, "plan.yaml")];
  const known = await caio("validate", "--properties", properties, ...files);
  expect([known.code, known.out.match(/: ok$/gm)?.length, known.err]).toEqual([0, 5, ""]);
  const unknown = await caio("validate", ...files);
  expect([unknown.code, unknown.out.match(/carbon_grams/g)?.length ?? 0]).toEqual([1, expect.any(Number)]);
  expect(unknown.out).not.toMatch(/: ok$/m);
  expect(await caio("validate", "--properties", properties, join(folder, "wrong.yaml"))).toMatchObject({ code: 1, out: expect.stringContaining('did you mean "carbon_grams"?') as string });
});

it.each([
  ["no list", "name: carbon", /properties\.yaml:1:1: at its root: .*Expected a list of property definitions/],
  ["a member that is none", '[{ "name": "carbon", "unit": "grams" }]', /properties\.yaml:1:\d+: at 0\.unit: /],
  ["an algebra that does not hold", '[{ "name": "carbon", "unit": "micros", "direction": "lower", "ratio": false, "row": { "seq": "sum", "par": "sum", "fallback": "min", "retry": "times" }, "defaultCoveragePpm": 1000000, "spellings": [{ "spelling": "carbon_grams", "digits": 6 }] }]', /found min for fallback, expected sum or max/],
  ["a name that is taken", '[{ "name": "latency", "unit": "us", "direction": "lower", "ratio": false, "row": "latency", "defaultCoveragePpm": 950000, "spellings": [{ "spelling": "latency_ms", "digits": 3 }] }]', /is taken/],
])("definitions of properties with %s cannot be used, exit 2", async (_, text, message) => {
  const folder = await temporaryFolder({ "properties.yaml": text });
  const { code, err } = await caio("validate", "--properties", join(folder, "properties.yaml"), example("requests/plain.json"));
  expect([code, err]).toEqual([2, expect.stringMatching(message)]);
});
