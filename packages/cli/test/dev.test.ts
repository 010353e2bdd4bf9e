import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { FakeOpenAiUpstream } from "@caio/fakes";
import { describe, expect, it, onTestFinished } from "vitest";

import { DocumentWatch } from "../src/dev/document-watch.ts";
import { caio } from "./support/run-command.ts";
import { following } from "./support/following.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const contract = (id: string, base: string, version = "1.0.0"): string => `service_id: ${id}\nversion: ${version}\ncapabilities: [inference.chat]\nmodels: [{ id: ${id}-1 }]\naccess: { public: true }\ncost: { model: free }\nprivacy: { data_locality: local }\napi: { protocol: openai, base_url: "${base}" }\n`;
const policy = "caio_policy: 1\nid: house\n";

/** As editors do it: another file in the place of the one that was there. */
async function save(file: string, text: string): Promise<void> {
  await writeFile(`${file}.tmp~`, text);
  await rename(`${file}.tmp~`, file);
}

describe("caio dev", () => {
  it("takes over what is saved, shows what it changes, and keeps the last good version", async () => {
    const fake = await FakeOpenAiUpstream.start();
    onTestFinished(() => fake.stop());
    const folder = await temporaryFolder({ "policy.yaml": policy, "contracts/one.yaml": contract("one", fake.baseUrl), "contracts/two.yaml": contract("two", fake.baseUrl) });
    const dev = following(["dev", folder, "--port", "0"]);
    const address = (await dev.until(/http:\/\/127\.0\.0\.1:\d+/));
    await dev.until(/Ctrl-C ends/);
    const keyFile = join(folder, "caio-data", "dev", "admin.key");
    expect(((await stat(keyFile)).mode & 0o777).toString(8)).toBe("600");
    const headers = { authorization: `Bearer ${(await readFile(keyFile, "utf8")).trim()}`, "content-type": "application/json" };
    const ask = async (): Promise<string | null> => {
      const answer = await fetch(`${address}/v1/chat/completions`, { method: "POST", headers, body: '{"model":"caio:auto","messages":[{"role":"user","content":"Hello"}]}' });
      await answer.arrayBuffer();
      return answer.headers.get("caio-service");
    };
    const chosen = (await ask()) ?? "";
    const other = chosen === "one" ? "two" : "one";

    await save(join(folder, "policy.yaml"), `${policy}rules: [{ id: never, deny: 'service.id == "${chosen}"', reason: Not this one. }]\n`);
    await dev.until(new RegExp(`1 of the last 1 decisions would change[^]*${chosen}/${chosen}-1 → ${other}/${other}-1 +${chosen}/${chosen}-1 falls at step 2 \\(rule:never\\): Not this one`));
    expect(await ask()).toBe(other);

    await save(join(folder, "contracts", `${other}.yaml`), `${contract(other, fake.baseUrl, "1.1.0")}guarantess: {}\n`);
    await dev.until(new RegExp(`${other}\\.yaml:9:1 error guarantess: found the unknown key[^]*did you mean "guarantees"[^]*last good version stays`));
    expect(await ask()).toBe(other);
    await save(join(folder, "contracts", `${other}.yaml`), contract(other, fake.baseUrl, "1.1.0"));
    await dev.until(new RegExp(`service ${other} 1\\.1\\.0 takes the place of 1\\.0\\.0[^]*None of the last 3 decisions would change`));

    await rm(join(folder, "contracts", `${other}.yaml`));
    await dev.until(new RegExp(`service ${other} is gone`));
    expect(await ask()).toBeNull();
    expect([await dev.stop(), dev.err(), dev.out().endsWith("Stopping.\n")]).toEqual([0, "", true]);
    await expect(fetch(`${address}/health`)).rejects.toThrow();

    // The same key opens it again, and its decisions are there.
    const again = following(["dev", folder, "--port", "0"]);
    const there = await again.until(/http:\/\/127\.0\.0\.1:\d+/);
    expect((await fetch(`${there}/api/v1/decisions`, { headers })).status).toBe(200);
    expect(await again.stop()).toBe(0);
  }, 60_000);

  it("waits for a folder that cannot be served yet, and keeps nothing if it shall not", async () => {
    const folder = await temporaryFolder({ "policy.yaml": "caio_policy: 1\nid: House\n" });
    const dev = following(["dev", folder, "--port", "0", "--memory"]);
    await dev.until(/policy\.yaml:2:5 error id:[^]*Nothing is served yet/);
    await save(join(folder, "policy.yaml"), policy);
    await dev.until(/CAIO dev on/);
    expect(await dev.stop()).toBe(0);
    await expect(stat(join(folder, "caio-data"))).rejects.toThrow("ENOENT");
  }, 60_000);

  it("says what is missing", async () => {
    const { code, err } = await caio("dev", await temporaryFolder({}));
    expect([code, err]).toEqual([2, expect.stringContaining("caio init")]);
  });
});

describe("a watch over documents", () => {
  it("tells of files that are written, replaced, made and removed, and of a folder that comes later", async () => {
    const folder = await temporaryFolder({ "a.yaml": "1", "docs/b.yaml": "1" });
    const [a, docs, later] = [join(folder, "a.yaml"), join(folder, "docs"), join(folder, "later")];
    const stop = new AbortController();
    const watch = await DocumentWatch.open([{ kind: "file", path: a }, { kind: "folder", path: docs }, { kind: "folder", path: later }], stop.signal);
    const told = async (change: () => Promise<unknown>): Promise<readonly string[] | undefined> => {
      const next = watch.changed();
      await change();
      return await next;
    };
    expect(await told(() => writeFile(a, "22"))).toEqual([a]);
    expect(await told(() => save(a, "33"))).toEqual([a]);
    expect(await told(() => Promise.all([writeFile(join(docs, "c.yml"), "1"), writeFile(join(docs, "notes.txt"), "1")]))).toEqual([join(docs, "c.yml")]);
    expect(await told(() => rm(join(docs, "b.yaml")))).toEqual([join(docs, "b.yaml")]);
    expect(await told(async () => { await mkdir(later); await writeFile(join(later, "d.json"), "{}"); })).toEqual([join(later, "d.json")]);
    expect(await told(async () => { await rename(docs, `${docs}-old`); })).toEqual([join(docs, "c.yml")]);
    expect(await told(async () => { stop.abort(); await Promise.resolve(); })).toBeUndefined();
  }, 60_000);
});
