import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { FakeOpenAiUpstream } from "@caio/fakes";
import { KeyRing, openCheckpoint } from "@caio/traceability";
import { describe, expect, it, onTestFinished } from "vitest";

import { caio } from "./support/run-command.ts";
import { serving } from "./support/serving.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const contract = "{ service_id: silent, version: 1.0.0, capabilities: [inference.chat], access: { public: true }, api: { protocol: openai, base_url: 'http://127.0.0.1:9/v1' } }";

describe("caio serve", () => {
  it("serves what the folders hold, keeps it, and shows its first key once", async () => {
    const folder = await temporaryFolder({ "caio.yaml": "caio_gateway: 1\nlog: { level: silent }\ncontracts: .\n", "silent.yml": contract });
    // The configuration is no contract: contracts have a folder of their own.
    const refused = await caio("serve", "--config", join(folder, "caio.yaml"), "--port", "0");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("caio.yaml")]);
    const apart = await temporaryFolder({ "caio.yaml": `caio_gateway: 1\nlog: { level: silent }\ncontracts: ${await temporaryFolder({ "silent.yml": contract })}\n` });
    let key = "";
    const first = await serving(apart, async ({ address, services, admin_key }) => {
      expect(services).toBe(1);
      key = admin_key ?? "";
      const answer = await fetch(`${address}/api/v1/services/silent`, { headers: { authorization: `Bearer ${key}` } });
      expect(await answer.json()).toMatchObject({ service_id: "silent" });
      await fetch(`${address}/api/v1/services/silent`, { method: "DELETE", headers: { authorization: `Bearer ${key}` } });
    });
    expect(first.code).toBe(0);
    const again = await serving(apart, async ({ address, admin_key }) => {
      expect(admin_key).toBeNull();
      const ready = await fetch(`${address}/health/ready`);
      // Registered, taken away, registered again from its file.
      expect(await ready.json()).toMatchObject({ epoch: 3 });
      expect((await fetch(`${address}/api/v1/services`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    });
    expect([again.code, again.out.includes("caio_")]).toEqual([0, false]);
  }, 60_000);

  it("does not start with a policy that no request could name", async () => {
    const folder = await temporaryFolder({ "caio.yaml": "caio_gateway: 1\nlog: { level: silent }\npolicy: house.yaml\npolicies: named\n", "house.yaml": "caio_policy: 1\nid: house\n", "named/swiss.yaml": "caio_policy: 1\nid: swiss\ncurrency: CHF\nlimits: { budget: 1 }\n" });
    const refused = await caio("serve", "--config", join(folder, "caio.yaml"), "--port", "0");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("Add rates.CHF to house")]);
  });

  it("writes the first key to a file where output is a log, and makes none that it cannot write", async () => {
    const folder = await temporaryFolder({ "caio.yaml": "caio_gateway: 1\nlog: { level: silent }\n", "taken": "" });
    const refused = await caio("serve", "--config", join(folder, "caio.yaml"), "--port", "0", "--admin-key-file", join(folder, "taken"));
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("EEXIST")]);
    const file = join(folder, "admin.key");
    const { out } = await serving(folder, async ({ address, admin_key }) => {
      expect([admin_key, ((await stat(file)).mode & 0o777).toString(8)]).toEqual([null, "600"]);
      const key = (await readFile(file, "utf8")).trim();
      expect((await fetch(`${address}/api/v1/keys`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    }, {}, ["--admin-key-file", file]);
    expect(out).not.toContain("caio_");
  }, 60_000);

  it("takes secrets from an environment file, those of the process first", async () => {
    const fake = await FakeOpenAiUpstream.start();
    onTestFinished(() => fake.stop());
    const api = (id: string, name: string): string => JSON.stringify({ service_id: id, version: "1.0.0", capabilities: ["inference.chat"], models: [{ id }], access: { required_permissions: ["caio.admin"] }, privacy: { data_locality: "local" }, api: { protocol: "openai", base_url: fake.baseUrl, auth: { scheme: "bearer", secret: `env:${name}` } } });
    const contracts = await temporaryFolder({ "one.json": api("one", "ONE"), "two.json": api("two", "TWO") });
    const folder = await temporaryFolder({ "caio.yaml": `caio_gateway: 1\nlog: { level: silent }\nsecrets: ["env:ONE", "env:TWO"]\ncontracts: ${contracts}\n`, ".env": "# keys\nONE=file-one\nTWO='file two'\n" });
    await serving(folder, async ({ address, admin_key }) => {
      for (const model of ["one", "two"]) await fetch(`${address}/v1/chat/completions`, { method: "POST", headers: { authorization: `Bearer ${admin_key ?? ""}`, "content-type": "application/json" }, body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] }) });
      expect(fake.headers.map(({ authorization }) => authorization)).toEqual(["Bearer process-one", "Bearer file two"]);
    }, { ONE: "process-one" }, ["--env-file", join(folder, ".env")]);
  }, 60_000);

  it("goes on with a log under another key, if it is told of the one before", async () => {
    const folder = await temporaryFolder({ "caio.yaml": "caio_gateway: 1\nlog: { level: silent }\n" });
    const data = join(folder, "caio-data");
    let before = "";
    await serving(folder, async ({ address }) => {
      expect((await fetch(`${address}/api/v1/log/checkpoint`)).status).toBe(200);
      before = await (await fetch(`${address}/api/v1/log/key`)).text();
    });
    await rename(join(data, "signing-key.pem"), join(data, "signing-key.old.pem"));
    const refused = await caio("serve", "--config", join(folder, "caio.yaml"), "--port", "0");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("InvalidProof")]);
    await writeFile(join(data, "earlier-keys.pub"), before);
    await serving(folder, async ({ address }) => {
      const keys = (await (await fetch(`${address}/api/v1/log/key`)).text()).trim().split("\n");
      expect([keys.length, keys.at(-1)]).toEqual([2, before.trim()]);
      const note = await (await fetch(`${address}/api/v1/log/checkpoint`)).text();
      expect(openCheckpoint(note, KeyRing.parseVerifiers(keys[0] ?? "")).origin).toBe("caio.local/gateway");
    });
  }, 60_000);

  it("says what is missing", async () => {
    const { code, err } = await caio("serve", "--config", join(await temporaryFolder({}), "caio.yaml"));
    expect([code, err]).toEqual([2, expect.stringContaining("caio_gateway: 1")]);
  });
});
