import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { showFailure } from "../src/present/failure.ts";
import { caio, example, json } from "./support/run-command.ts";
import { caioProcess, runNode } from "./support/run-process.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

describe("the command line", () => {
  it("says what it can do", async () => {
    const { code, out } = await caio("--help");
    expect(code).toBe(0);
    for (const word of ["validate", "discover", "route", "explain", "demo", "Exit codes"]) expect(out).toContain(word);
  });

  it.each([["no-such-command"], ["route"], ["route", "x.json", "--contracts", "c", "--policy", "p", "--now", "soon"], ["validate"]])(
    "cannot use %s",
    async (...argv) => {
      expect((await caio(...argv)).code).toBe(2);
    },
  );

  it("gives errors as JSON where JSON is asked for", async () => {
    const { code, out, err } = await caio("discover", "--contracts", "nowhere", "--json");
    expect(code).toBe(2);
    expect(json(out)).toMatchObject({ error: { code: "NotFound" } });
    expect(err).toBe("");
  });

  it("says where the examples are expected", async () => {
    const { code, err } = await caio("demo", "--examples", await temporaryFolder({}));
    expect(code).toBe(2);
    expect(err).toContain("--examples");
  });

  it("never shows the message of an error that is not ours", () => {
    let shown = "";
    const terminal = { write: (text: string) => void (shown += text), writeError: (text: string) => void (shown += text), colours: false, interactive: false, signal: new AbortController().signal };
    for (const asJson of [true, false]) expect(showFailure(new TypeError("the key is s3cr3t"), terminal, asJson)).toBe(70);
    expect(shown).toContain("TypeError");
    expect(shown).not.toContain("s3cr3t");
  });
});

describe("the process", () => {
  it("survives a reader that goes away", async () => {
    const { code, err } = await caioProcess(["discover", "--contracts", example("contracts"), "--json"], { closeOutput: true });
    expect({ code, err }).toEqual({ code: 0, err: "" });
  }, 60_000);

  it("says which command builds it", async () => {
    const folder = await temporaryFolder({ "package.json": '{ "type": "module" }' });
    await mkdir(join(folder, "bin"));
    await copyFile(fileURLToPath(new URL("../bin/caio.js", import.meta.url)), join(folder, "bin", "caio.js"));
    const { code, err } = await runNode([join(folder, "bin", "caio.js"), "--help"]);
    expect(code).toBe(2);
    expect(err).toContain("npx nx build cli");
  });
});
