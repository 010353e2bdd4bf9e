import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { HashingEncoder } from "@caio/control";
import { describe, expect, it } from "vitest";

import { readValueModel } from "../src/load/value-model.ts";
import { caio } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const models = JSON.stringify({ small: { input_price: 0.1, output_price: 0.1 }, big: { input_price: 1, output_price: 1 }, elsewhere: { input_price: 1, output_price: 1 } });
const outcomes = `prompt,small,big,elsewhere\n${["What is 3 + 4?,0,1,1", "What is 17 + 5?,0,1,0", '"Hello, dear friend",1,1,1', "Hello there,1,0.5,"].join("\n")}\n`;

function contract(id: string, model?: string): string {
  return JSON.stringify({ service_id: id, version: "1.0.0", capabilities: ["inference.chat"], access: { public: true }, cost: { model: "free" }, api: { protocol: "inprocess" }, ...(model === undefined ? {} : { models: [{ id: model }] }) });
}

async function folder(more: Readonly<Record<string, string>> = {}): Promise<string> {
  return await temporaryFolder({ "models.json": models, "outcomes.csv": outcomes, "services/a.json": contract("a", "small"), "services/big.json": contract("big"), ...more });
}

function command(at: string, ...more: readonly string[]): ReturnType<typeof caio> {
  return caio("learn", "--outcomes", join(at, "outcomes.csv"), "--models", join(at, "models.json"), "--contracts", join(at, "services"), "--out", join(at, "model.json"), ...more);
}

describe("caio learn", () => {
  it("writes a model of the services' pairs, and says what it learned and of whom nothing", async () => {
    const at = await folder();
    const { code, out } = await command(at, "--neighbours", "2");
    expect(code).toBe(0);
    expect(out).toContain("4 cases of 512 features by caio-hash-1; a request asks the 2 most alike.");
    expect(out).toContain("No service has elsewhere");
    expect(out).toContain("learning: { model: ");
    const estimator = await readValueModel(join(at, "model.json"));
    expect(estimator.claims()).toEqual([{ service: "a", model: "small", micros: 500_000 }, { service: "big", model: null, micros: 875_000 }]);
    const { values } = estimator.estimate(new HashingEncoder().features("What is 9 + 2?"));
    expect(values[1] ?? 0).toBeGreaterThan(values[0] ?? 0);
  });

  it("says the same as JSON, and the same model for the same table", async () => {
    const [one, other] = [await folder(), await folder()];
    const [first, second] = [await command(one, "--json"), await command(other, "--json")];
    expect(JSON.parse(first.out)).toMatchObject({ cases: 4, encoder: "caio-hash-1", unknown: ["elsewhere"], pairs: [{ service: "a", model: "small", name: "small" }, { service: "big", model: null, name: "big" }] });
    expect(second.out).toBe(first.out);
    expect(await readFile(join(one, "model.json"), "utf8")).toBe(await readFile(join(other, "model.json"), "utf8"));
  });

  it.each([
    ["a model of two services", { "services/b.json": contract("b", "small") }, "several places (a/small, b/small)"],
    ["no service of the table", { "services/a.json": contract("a", "other"), "services/big.json": contract("c") }, "None of the table's models"],
    ["two columns of one pair", { "outcomes.csv": "prompt,small,a/small\nq,1,0\n", "models.json": models.replace('"elsewhere"', '"a/small"') }, "which are one pair (a/small)"],
    ["a column without a score", { "outcomes.csv": "prompt,small,big\nq,1,\n" }, 'no score of model "big"'],
    ["a table that is none", { "outcomes.csv": "question,small\nq,1\n" }, "prompt,<model>"],
  ])("refuses %s", async (_, files, words) => {
    const { code, err } = await command(await folder(files));
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  });

  it("refuses to ask no case", async () => {
    const { code, err } = await command(await folder(), "--neighbours", "0");
    expect([code, err]).toEqual([2, expect.stringContaining("asks 0 cases, expected 1 to 4096")]);
  });

  it("refuses a file that is no model where a gateway names it", async () => {
    const at = await temporaryFolder({ "model.json": '{"caio_value_model": 2}', "text.json": "hello" });
    await expect(readValueModel(join(at, "model.json"))).rejects.toMatchObject({ code: "InvalidHistory", message: expect.stringContaining("caio learn") as string });
    await expect(readValueModel(join(at, "text.json"))).rejects.toMatchObject({ code: "InvalidHistory", message: expect.stringContaining("no JSON") as string });
    await expect(readValueModel(join(at, "none.json"))).rejects.toMatchObject({ code: "NotFound" });
  });
});
