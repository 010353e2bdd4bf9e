import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { installedPostgres, sharedPostgres } from "@caio/fakes";
import { describe, expect, it, vi } from "vitest";

import { caio, caioIn, json } from "./support/run-command.ts";
import { serving } from "./support/serving.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const installed = installedPostgres();
if ("missing" in installed) console.log(`Not run: the way into PostgreSQL. ${installed.missing}`);

const configuration = "caio_gateway: 1\nlog: { level: silent }\ncontracts: contracts\n";
const contract = "service_id: echo\nversion: 1.0.0\ncapabilities: [inference.chat]\ncost: { model: free }\naccess: { public: true }\napi: { protocol: openai, base_url: http://127.0.0.1:9/v1 }\n";

interface Shown {
  readonly sha256: string;
  readonly logs: readonly { readonly instance: string; readonly size: number; readonly root: string; readonly checkpoint: string | null }[];
  readonly tables: Readonly<Record<string, number>>;
}

/** The folder of a gateway that has decided something. */
async function decided(use: (at: { readonly folder: string; readonly admin: Readonly<Record<string, string>> }) => Promise<void> = () => Promise.resolve()): Promise<string> {
  const folder = await temporaryFolder({ "caio.yaml": configuration, "contracts/echo.yaml": contract });
  await serving(folder, async ({ address, admin_key }) => {
    const admin = { CAIO_URL: address, CAIO_KEY: admin_key ?? "" };
    const route = (): Promise<Response> => fetch(`${address}/api/v1/route`, { method: "POST", headers: { authorization: `Bearer ${admin_key ?? ""}`, "content-type": "application/json" }, body: JSON.stringify({ caio_request: 1, requirements: { capabilities: [{ type: "inference.chat" }] } }) });
    for (let at = 0; at < 3; at++) expect((await route()).status).toBe(200);
    // A copy says whose log it is by the checkpoint in it.
    await vi.waitFor(async () => {
      const note = await (await fetch(`${address}/api/v1/log/checkpoint`, { headers: { authorization: `Bearer ${admin_key ?? ""}` } })).text();
      expect(note.split("\n")[1]).toBe("6");
    }, { timeout: 20_000 });
    await use({ folder, admin });
  });
  return folder;
}

describe("caio backup and caio restore", () => {
  it("copy a gateway that runs, restore it, and the same copy comes of what was restored", async () => {
    let shown: Shown | undefined;
    const folder = await decided(async ({ folder: at, admin }) => {
      const made = await caioIn(admin, "backup", "--out", join(at, "one.backup"), "--json");
      expect([made.code, made.err]).toEqual([0, ""]);
      shown = json(made.out) as Shown;
      const again = await caioIn(admin, "backup", "--out", join(at, "one.backup"));
      expect([again.code, again.err]).toEqual([2, expect.stringContaining("there is a file already")]);
      const taken = await caioIn(admin, "backup", "--store", join(at, "caio-data/caio.db"), "--out", join(at, "two.backup"));
      expect([taken.code, taken.err]).toEqual([2, expect.stringContaining("Ask that one for the copy")]);
    });
    expect(shown?.logs).toMatchObject([{ instance: "", size: 6 }]);
    expect((await stat(join(folder, "one.backup"))).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);

    const checked = await caio("backup", "--verify", join(folder, "one.backup"));
    expect([checked.code, checked.out]).toEqual([0, expect.stringContaining(`sha256 ${shown?.sha256 ?? "none"}`)]);
    const data = join(folder, "restored.db");
    const restored = await caio("restore", "--in", join(folder, "one.backup"), "--store", data);
    expect([restored.code, restored.err, restored.out]).toEqual([0, "", expect.stringContaining(`log: 6 entries, root ${shown?.logs[0]?.root ?? "none"}`)]);
    const offline = await caio("backup", "--store", data, "--out", join(folder, "three.backup"), "--json");
    expect(json(offline.out)).toMatchObject({ tables: shown?.tables, logs: shown?.logs });
    const without = await caio("backup", "--store", data, "--out", join(folder, "four.backup"), "--without-keys", "--json");
    expect(json(without.out)).toMatchObject({ openings: false, tables: shown?.tables });
    expect(await readFile(join(folder, "four.backup"), "utf8")).toMatch(/"table":"decision_key"\}\n(?:\["[0-9a-f]{64}",null,null,null\]\n){3}\{"rows"/);

    const second = await caio("restore", "--in", join(folder, "one.backup"), "--store", data);
    expect([second.code, second.err]).toEqual([2, expect.stringContaining("there is something already")]);
  }, 60_000);

  it("let a gateway go on from what was restored; a copy older than a published checkpoint is refused", async () => {
    const files: string[] = [];
    const folder = await decided(async ({ folder: at, admin }) => {
      files.push(join(at, "older.backup"));
      expect((await caioIn(admin, "backup", "--out", files[0] ?? "")).code).toBe(0);
      const bearer = { authorization: `Bearer ${admin["CAIO_KEY"] ?? ""}`, "content-type": "application/json" };
      await fetch(`${admin["CAIO_URL"] ?? ""}/api/v1/route`, { method: "POST", headers: bearer, body: JSON.stringify({ caio_request: 1, requirements: { capabilities: [{ type: "inference.chat" }] } }) });
      await writeFile(join(at, "checkpoint.txt"), await (await fetch(`${admin["CAIO_URL"] ?? ""}/api/v1/log/checkpoint`)).text());
      expect((await caioIn(admin, "backup", "--out", join(at, "newer.backup"))).code).toBe(0);
    });
    const expecting = ["--expect-checkpoint", join(folder, "checkpoint.txt")];
    const older = await caio("restore", "--in", files[0] ?? "", "--store", join(folder, "x.db"), ...expecting);
    expect([older.code, older.err]).toEqual([2, expect.stringContaining("would fork the log")]);
    expect((await readdir(folder)).filter((name) => name.startsWith("x.db"))).toEqual([]);

    const other = await temporaryFolder({ "caio.yaml": configuration, "contracts/echo.yaml": contract, "caio-data/signing-key.pem": await readFile(join(folder, "caio-data/signing-key.pem"), "utf8") });
    const newer = await caio("restore", "--in", join(folder, "newer.backup"), "--store", join(other, "caio-data/caio.db"), ...expecting);
    expect([newer.code, newer.err]).toEqual([0, ""]);
    await serving(other, async ({ address, admin_key }) => {
      expect(admin_key).toBeNull();
      expect((await (await fetch(`${address}/health/ready`)).json())).toMatchObject({ log_size: 7 });
    });
  }, 60_000);

  it("find an archive damaged (1) and say what cannot be used (2)", async () => {
    const folder = await temporaryFolder({ "none.backup": "" });
    const file = join(folder, "caio.db");
    await decided().then(async (from) => {
      expect((await caio("backup", "--store", join(from, "caio-data/caio.db"), "--out", join(folder, "whole.backup"))).code).toBe(0);
    });
    const bytes = await readFile(join(folder, "whole.backup"));
    await writeFile(join(folder, "cut.backup"), bytes.subarray(0, bytes.length - 100));
    for (const name of ["cut.backup", "none.backup"]) {
      const checked = await caio("backup", "--verify", join(folder, name), "--json");
      expect([name, checked.code, json(checked.out)]).toEqual([name, 1, { error: expect.objectContaining({ code: "IntegrityViolation" }) as object }]);
      const restored = await caio("restore", "--in", join(folder, name), "--store", file);
      expect([name, restored.code, restored.err]).toEqual([name, 2, expect.stringContaining("damaged or cut off")]);
    }
    for (const [argv, words] of [
      [["backup"], "--out FILE"],
      [["backup", "--out", join(folder, "x")], "No key"],
      [["backup", "--store", join(folder, "no.db"), "--out", join(folder, "x")], "no such file"],
      [["backup", "--store", file, "--postgres-env", "X", "--out", join(folder, "x")], "expected one of them"],
      [["backup", "--postgres-env", "NOT_SET", "--out", join(folder, "x")], "NOT_SET is not set"],
      [["backup", "--verify", join(folder, "missing")], "no such file"],
      [["restore", "--in", join(folder, "whole.backup")], "Where to?"],
      [["restore", "--in", join(folder, "missing"), "--store", file], "no such file"],
      [["restore", "--in", join(folder, "whole.backup"), "--store", file, "--instance", "a"], "has no name"],
      [["restore", "--in", join(folder, "whole.backup"), "--store", join(folder, "no/such/caio.db")], "mkdir -p -m 700"],
      [["backup", "--store", join(folder, "whole.backup"), "--out", join(folder, "x")], "no CAIO store"],
    ] as const) {
      const run = await caio(...argv);
      expect([argv, run.code, run.err]).toEqual([argv, 2, expect.stringContaining(words)]);
    }
    expect((await readdir(folder)).sort()).toEqual(["cut.backup", "none.backup", "whole.backup"]);
  }, 60_000);

  it.skipIf("missing" in installed)("carry a gateway from its file into PostgreSQL and back", async () => {
    const from = await decided();
    const server = await sharedPostgres();
    const database = { DB: server.url() };
    const [one, two] = [join(from, "one.backup"), join(from, "two.backup")];
    expect((await caio("backup", "--store", join(from, "caio-data/caio.db"), "--out", one)).code).toBe(0);
    const into = ["--postgres-env", "DB", "--schema", "moved"];
    const unnamed = await caioIn(database, "restore", "--in", one, ...into);
    expect([unnamed.code, unnamed.err]).toEqual([2, expect.stringContaining("the name of the instance")]);
    const other = await caioIn(database, "restore", "--in", one, ...into, "--instance", "a");
    expect([other.code, other.err]).toEqual([2, expect.stringContaining("Name it --instance gateway, with origin: caio.local")]);
    const moved = await caioIn(database, "restore", "--in", one, ...into, "--instance", "gateway");
    expect([moved.code, moved.err, moved.out]).toEqual([0, "", expect.stringContaining("restored into the database")]);
    expect((await caioIn(database, "restore", "--in", one, ...into, "--instance", "gateway")).err).toContain("there is something already");
    const copied = await caioIn(database, "backup", "--out", two, ...into, "--json");
    expect(json(copied.out)).toMatchObject({ logs: [{ instance: "gateway", size: 6 }] });
    const back = await caio("restore", "--in", two, "--store", join(from, "back.db"));
    expect([back.code, back.out]).toEqual([0, expect.stringContaining("6 entries")]);
    const retained = await caioIn(database, "store", "retain", "--before", "2099-01-01", ...into, "--instance", "gateway");
    expect([retained.code, retained.err]).toEqual([2, expect.stringContaining("a time that is past")]);
    const served = await temporaryFolder({ "caio.yaml": "caio_gateway: 1\nlog: { level: silent }\norigin: caio.local\ninstance: gateway\nstore: { postgres: { url_env: DB, schema: moved } }\n", "caio-data/gateway/signing-key.pem": await readFile(join(from, "caio-data/signing-key.pem"), "utf8") });
    await serving(served, async ({ address, admin_key }) => {
      expect(admin_key).toBeNull();
      expect((await (await fetch(`${address}/health/ready`)).json())).toMatchObject({ log_size: 6 });
    }, database);
    expect((await caioIn(database, "store", "retain", "--before", "1d", ...into)).err).toContain("Whose log?");
    expect((await caioIn(database, "store", "retain", "--before", "1d", ...into, "--instance", "gateway", "--json")).code).toBe(0);
  }, 60_000);
});

describe("caio store retain", () => {
  it("counts and removes, in a store and at a gateway that runs", async () => {
    const folder = await decided(async ({ admin }) => {
      const counted = await caioIn(admin, "store", "retain", "--before", "1m", "--dry-run", "--json");
      expect([counted.code, json(counted.out)]).toEqual([0, { openings: 0, certificates: 0, entries: 0, versions: 0, before: 1_764_000_000_000 - 60_000, dry_run: true }]);
    });
    const store = ["--store", join(folder, "caio-data/caio.db")];
    // The gateway decided by the clock of this machine, which is later than that of the command.
    const none = await caio("store", "retain", "--before", "2025-01-31", ...store);
    expect([none.code, none.out]).toEqual([0, "Removed 0 openings, 0 certificates, 0 entries and 0 versions of H from before 2025-01-31T00:00:00.000Z.\n"]);
    for (const before of ["yesterday", "2025-02-31x", "0d", "2099-01-01", "90"]) expect([before, (await caio("store", "retain", "--before", before, ...store)).code]).toEqual([before, 2]);
    expect((await caio("store", "retain", "--before", "1d", "--only", "openings,all", ...store)).err).toContain("expected some of openings, certificates, decisions, versions");
    expect((await caio("store", "retain", "--before", "1d", "--store", join(folder, "no.db"))).err).toContain("no such file");
  }, 60_000);
});
