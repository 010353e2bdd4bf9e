import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { caio, example } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const inputs = ["--contracts", example("contracts"), "--policy", example("policy.yaml"), "--principal", example("principals/default.json"), "--now", "1764000000000", "--test-key", "7"];

describe("caio plan", () => {
  it("chooses, proves, and its bundle is verified and explained; the log holds", async () => {
    const folder = await temporaryFolder({});
    const bundle = join(folder, "plan.caio.json");
    const log = join(folder, "log");
    const run = await caio("plan", example("plans/three-texts.json"), ...inputs, "--bundle", bundle, "--log", log);
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toContain("Plan chosen: seq(0, par(1, 2))");
    expect(run.out).toContain("accuracy: at least 0.7 (limit 0.7)");
    expect(await caio("verify", bundle, "--key", `${bundle}.pub`)).toMatchObject({ code: 0, out: expect.stringMatching(/decisions of a plan's steps[^]*Valid: all/) as string });
    expect((await caio("explain", bundle)).out).toContain("Plan chosen");
    expect(await caio("log", "audit", "--log", log, "--key", `${bundle}.pub`)).toMatchObject({ code: 0 });
  });

  it("says which limit no plan keeps, and the best that is possible", async () => {
    const file = join(await temporaryFolder({}), "dear.json");
    await writeFile(file, (await readFile(example("plans/three-texts.json"), "utf8")).replace('"accuracy": "0.7"', '"accuracy": "0.9"'));
    const run = await caio("plan", file, ...inputs);
    expect(run).toMatchObject({ code: 3, out: expect.stringContaining("accuracy: the best is 0.88, the limit is 0.9") as string });
  });
});
