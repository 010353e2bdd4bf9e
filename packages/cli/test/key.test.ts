import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { caio, caioIn, json } from "./support/run-command.ts";
import { serving } from "./support/serving.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const configuration = "caio_gateway: 1\nlog: { level: silent }\n";

interface Made {
  readonly key_id: string;
  readonly key: string;
}

describe("caio key", () => {
  it("makes, lists, rotates and revokes keys of a running gateway", async () => {
    const folder = await temporaryFolder({ "caio.yaml": configuration });
    await serving(folder, async ({ address, admin_key }) => {
      const admin = { CAIO_URL: address, CAIO_KEY: admin_key ?? "" };
      const works = async (key: string): Promise<number> => (await fetch(`${address}/api/v1/services`, { headers: { authorization: `Bearer ${key}` } })).status;

      const made = await caioIn(admin, "key", "make", "--subject", "ci", "--tenant", "acme", "--permission", "chat,files", "--trust", "4", "--days", "30000", "--budget-day", "1.50", "--per-minute", "100", "--json");
      expect(made.code).toBe(0);
      const { key, key_id: id } = json(made.out) as Made;
      expect(json(made.out)).toMatchObject({ permissions: ["chat", "files"], trust: 4, exp: 1_764_000_000 + 30_000 * 86_400, limits: { budget: { day_micros: 1_500_000, month_micros: null }, requests_per_minute: 100 } });

      const list = await caioIn(admin, "key", "list");
      expect(list.out).toMatch(new RegExp(`${id} +ci +acme +4 +chat, files +1.5 a day, 100 a minute +`));
      expect(list.out + (await caioIn(admin, "key", "list", "--json")).out).not.toContain(key.split("_").slice(2).join("_"));

      // The same by a file that holds the admin's key; the new one goes to a file and is shown nowhere.
      await writeFile(join(folder, "admin.key"), `${admin_key ?? ""}\n`);
      const out = join(folder, "rotated.key");
      const rotated = await caio("key", "rotate", id, "--url", address, "--key-file", join(folder, "admin.key"), "--out", out);
      const fresh = (await readFile(out, "utf8")).trim();
      expect([rotated.code, rotated.out, (rotated.out + rotated.err).includes(fresh), ((await stat(out)).mode & 0o777).toString(8)]).toEqual([0, "", false, "600"]);
      const untold = await caio("key", "rotate", fresh.split("_")[1] ?? "", "--url", address, "--key-file", join(folder, "admin.key"), "--out", out);
      expect([untold.code, untold.err]).toEqual([2, expect.stringContaining("it is there already")]);
      // A key that could not be handed over is not made, and none ends for it.
      expect([(await readFile(out, "utf8")).trim(), await works(fresh)]).toEqual([fresh, 200]);
      const refused = await caioIn(admin, "key", "rotate", "0011223344556677", "--out", join(folder, "none.key"));
      expect([refused.code, await stat(join(folder, "none.key")).catch(() => undefined)]).toEqual([2, undefined]);

      const plain = await caioIn(admin, "key", "make", "--subject", "plain", "--tenant", "acme");
      expect(plain.out).toMatch(/^caio_[0-9a-f]{16}_\S{43}\n$/);
      expect(await works(plain.out.trim())).toBe(200);
      const ended = await caioIn(admin, "key", "revoke", plain.out.split("_")[1] ?? "");
      expect([ended.code, ended.out]).toEqual([0, expect.stringContaining("revoked ")]);
      expect([await works(plain.out.trim()), await works(key)]).toEqual([401, 401]);
    });
  }, 60_000);

  it("says what was wrong, with the code of the gateway", async () => {
    const folder = await temporaryFolder({ "caio.yaml": configuration });
    await serving(folder, async ({ address, admin_key }) => {
      const admin = { CAIO_URL: address, CAIO_KEY: admin_key ?? "" };
      const none = await caioIn(admin, "key", "revoke", "0011223344556677", "--json");
      expect([none.code, json(none.out)]).toEqual([2, expect.objectContaining({ error: expect.objectContaining({ code: "NotFound" }) as object })]);
      const plain = await caioIn(admin, "key", "make", "--subject", "s", "--tenant", "acme");
      const denied = await caioIn({ ...admin, CAIO_KEY: plain.out.trim() }, "key", "list");
      expect([denied.code, denied.err]).toEqual([2, expect.stringContaining("PermissionDenied")]);
      const unknown = await caioIn({ ...admin, CAIO_KEY: "caio_0011223344556677_x" }, "key", "list");
      expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining("Unauthenticated")]);
    });
  }, 60_000);

  it("sends a key nowhere in clear, and never takes one from the command line", async () => {
    const key = { CAIO_KEY: "caio_0011223344556677_secret" };
    for (const [options, code] of [
      [["--url", "http://gateway.example"], "InvalidField"], [["--url", "http://user:pw@127.0.0.1:1"], "InvalidField"], [["--url", "ftp://127.0.0.1"], "InvalidField"],
      [["--url", "http://127.0.0.1:9"], "ServiceUnavailable"], [["--key-file", "/no/such/file"], "NotFound"],
    ] as const) {
      const run = await caioIn(key, "key", "list", ...options);
      expect([options, run.code, run.err]).toEqual([options, 2, expect.stringContaining(code)]);
      expect(run.err).not.toContain("secret");
    }
    expect((await caio("key", "list")).err).toContain("CAIO_KEY");
    expect((await caioIn(key, "key", "list", "--key", "caio_0011223344556677_secret")).code).toBe(2);
  });
});

describe("caio policy", () => {
  it("carries the policies of one gateway to another", async () => {
    const [one, other] = await Promise.all([temporaryFolder({ "caio.yaml": configuration + "policy: house.yaml\n", "house.yaml": "caio_policy: 1\nid: house\nlimits: { latency_ms: 4000 }\n" }), temporaryFolder({ "caio.yaml": configuration })]);
    const file = join(one, "policies.json");
    await serving(one, async ({ address, admin_key }) => {
      const written = await caioIn({ CAIO_URL: address, CAIO_KEY: admin_key ?? "" }, "policy", "export", "--out", file);
      expect([written.code, written.out]).toEqual([0, expect.stringContaining("1 policies")]);
    });
    await serving(other, async ({ address, admin_key }) => {
      const admin = { CAIO_URL: address, CAIO_KEY: admin_key ?? "" };
      const taken = await caioIn(admin, "policy", "import", file);
      expect([taken.code, taken.err, taken.out]).toEqual([0, "", expect.stringMatching(/house +2 .*holds for every request/)]);
      expect((await caioIn(admin, "policy", "export")).out).toBe(await readFile(file, "utf8"));
      await writeFile(file, "no json");
      expect((await caioIn(admin, "policy", "import", file)).code).toBe(2);
    });
  }, 60_000);
});
