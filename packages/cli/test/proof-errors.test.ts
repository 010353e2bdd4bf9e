import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { inputsOf, kept } from "./support/decisions.ts";
import { caio } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

describe("replay", () => {
  it("says which file is not there and what to check, exit 2", async () => {
    const { bundle, world } = await kept("plain");
    for (const [file, missing] of [[`${bundle}.none`, world], [bundle, `${world}.none`]] as const) {
      const run = await caio("replay", file, "--world", missing);
      expect(run).toMatchObject({ code: 2, out: "" });
      expect(run.err).toMatch(/error NotFound: .*\.none: there is no such file or folder\. Check the path\./);
    }
  });

  it("says of a world cut short that it is no world file as it was written, exit 2", async () => {
    const { bundle, world } = await kept("plain");
    await writeFile(world, (await readFile(world, "utf8")).slice(0, -100));
    expect(await caio("replay", bundle, "--world", world)).toMatchObject({ code: 2, err: expect.stringContaining("expected a world file as it was written") as string });
    expect(await caio("replay", bundle, "--world", bundle)).toMatchObject({ code: 2, err: expect.stringContaining("World file, at /") as string });
  });

  it("says of a world of another decision what it may mean, exit 1", async () => {
    const [one, other] = [await kept("plain"), await kept("less-cost")];
    const { code, out } = await caio("replay", one.bundle, "--world", other.world);
    expect(code).toBe(1);
    expect(out).toContain("the certificate does not follow from it; else give the one that caio route --world wrote");
  });
});

describe("log audit", () => {
  async function logged(): Promise<string> {
    const folder = join(await temporaryFolder({}), "log");
    expect((await caio("route", ...inputsOf("plain", 1), "--log", folder)).code).toBe(0);
    return folder;
  }

  it("says which file is not there, exit 2", async () => {
    const folder = await logged();
    expect(await caio("log", "audit", "--log", `${folder}.none`)).toMatchObject({ code: 2, err: expect.stringMatching(/error NotFound: .*\.none/) as string });
    expect(await caio("log", "audit", "--log", folder, "--checkpoint", `${folder}.none`)).toMatchObject({ code: 2, err: expect.stringContaining("Check the path") as string });
    expect(await caio("log", "audit", "--log", folder, "--key", `${folder}.none`)).toMatchObject({ code: 2, err: expect.stringContaining("Check the path") as string });
    await rm(join(folder, "log.pub"));
    expect(await caio("log", "audit", "--log", folder)).toMatchObject({ code: 2, err: expect.stringContaining("Name the key: --key FILE") as string });
  });

  it("takes neither a key nor a checkpoint that is none, exit 2", async () => {
    const folder = await logged();
    const file = join(folder, "..", "words");
    await writeFile(file, "words\n");
    expect(await caio("log", "audit", "--log", folder, "--key", file)).toMatchObject({ code: 2, err: expect.stringContaining("expected the .pub file") as string });
    expect(await caio("log", "audit", "--log", folder, "--checkpoint", file)).toMatchObject({ code: 2, err: expect.stringContaining("error InvalidProof") as string });
  });

  it("finds entries that were cut off, and a checkpoint cut short cannot be read", async () => {
    const folder = await logged();
    const entries = join(folder, "tile/entries/000.p/4");
    const [bytes, note] = [await readFile(entries), await readFile(join(folder, "checkpoint"), "utf8")];
    await writeFile(entries, bytes.subarray(0, -40));
    const cut = await caio("log", "audit", "--log", folder);
    expect([1, 2]).toContain(cut.code);
    expect(cut.out + cut.err).toMatch(/finding|error/);
    await writeFile(entries, bytes);
    await writeFile(join(folder, "checkpoint"), note.slice(0, 20));
    expect(await caio("log", "audit", "--log", folder)).toMatchObject({ code: 2, err: expect.stringContaining("error InvalidProof") as string });
    await cp(entries, join(folder, "checkpoint"));
    expect((await caio("log", "audit", "--log", folder)).code).toBe(2);
  });

  it("says how many entries there are to an index that is none", async () => {
    const folder = await logged();
    expect(await caio("log", "inclusion", "--log", folder, "--index", "9")).toMatchObject({ code: 2, err: expect.stringContaining("caio log checkpoint says how many") as string });
  });
});
