import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { caio, caioIn, json } from "./support/run-command.ts";
import { serving } from "./support/serving.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const route = JSON.stringify({ caio_request: 1, intent: { text: "hello" }, requirements: { capabilities: [{ type: "inference.chat" }] } });

/** All files of a folder with what is in them. */
async function files(folder: string): Promise<Readonly<Record<string, string>>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await readFile(path, "hex")] as const)));
}

describe("caio log fetch", () => {
  it("copies the log of a gateway, goes on with the copy, and finds a log that does not continue it", async () => {
    const folder = await temporaryFolder({ "caio.yaml": "caio_gateway: 1\nlog: { level: silent }\n" });
    const copy = join(folder, "copy");
    await serving(folder, async ({ address, admin_key: key }) => {
      const admin = { CAIO_URL: address, CAIO_KEY: key ?? "" };
      const decide = async (): Promise<void> => {
        const answer = await fetch(`${address}/api/v1/route`, { method: "POST", headers: { authorization: `Bearer ${key ?? ""}`, "content-type": "application/json" }, body: route });
        expect(answer.status).toBeLessThan(500);
      };
      await decide();
      const first = await caioIn(admin, "log", "fetch", "--log", copy, "--json");
      expect([first.code, json(first.out)]).toEqual([0, expect.objectContaining({ origin: "caio.local/gateway", size: 4, findings: [] })]);
      for (let more = 0; more < 3; more++) await decide();
      expect(await caioIn(admin, "log", "fetch", "--log", copy)).toMatchObject({ code: 0, out: expect.stringContaining("7 entries of caio.local/gateway") as string });
      expect(await caio("log", "audit", "--log", copy)).toMatchObject({ code: 0 });
      // What is there is another log than the gateway's.
      const checkpoint = join(copy, "checkpoint");
      const kept = await readFile(checkpoint, "utf8");
      const other = kept.replace(/\n7\n.{8}/, "\n7\nAAAAAAAA");
      await writeFile(checkpoint, other);
      await decide();
      const before = await files(copy);
      expect(await caioIn(admin, "log", "fetch", "--log", copy)).toMatchObject({ code: 1, out: expect.stringContaining("finding") as string });
      expect(await readFile(checkpoint, "utf8")).toBe(other);
      expect(await files(copy)).toEqual(before);
      await writeFile(checkpoint, kept.replace("\n7\n", "\n9\n"));
      expect(await caioIn(admin, "log", "fetch", "--log", copy)).toMatchObject({ code: 1, out: expect.stringContaining("8 entries, and the copy here 9") as string });
      // One log is not to be compared; an instance that is not there has none.
      expect((await caio("log", "compare", "--log", copy, "--bound-ms", "5000")).code).toBe(2);
      expect((await caioIn(admin, "log", "fetch", "--log", join(folder, "none"), "--instance", "eu_1")).code).toBe(2);
      const nobody = await caioIn({ ...admin, CAIO_KEY: "caio_0000000000000000_x" }, "log", "fetch", "--log", join(folder, "none"));
      expect(nobody.code).toBe(2);
    });
    await writeFile(join(copy, "checkpoint"), (await readFile(join(copy, "checkpoint"), "utf8")).replace("\n9\n", "\n7\n"));
    expect(await caio("log", "compare", "--log", copy, copy, "--bound-ms", "5000", "--skew-ms", "10")).toMatchObject({ code: 0 });
  }, 60_000);
});
