import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { sha256Hex } from "@caio/core";
import { describe, expect, it } from "vitest";

import { openLogFolder } from "../src/log/log-folder.ts";
import { testSigningKey } from "../src/proof/signing-key.ts";
import { inputsOf } from "./support/decisions.ts";
import { caio, example, json, type CommandRun } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

interface Log {
  readonly folder: string;
  readonly route: (name: string, testKey: number, ...more: readonly string[]) => Promise<CommandRun>;
  readonly log: (...argv: readonly string[]) => Promise<CommandRun>;
}

async function newLog(): Promise<Log> {
  const outer = await temporaryFolder({});
  const [folder, key] = [join(outer, "log"), join(outer, "key.pem")];
  return {
    folder,
    route: (name, testKey, ...more) => caio("route", ...inputsOf(name, testKey), "--log", folder, "--key", key, ...more),
    log: (...argv) => caio("log", ...argv, "--log", folder),
  };
}

describe("a log in a folder", () => {
  it("is made, continued and checked by every command", async () => {
    const { folder, route, log } = await newLog();
    const codes = [];
    for (const [at, name] of ["plain", "less-cost", "plain", "echo"].entries()) codes.push((await route(name, at)).code);
    expect(codes).toEqual([0, 0, 0, 0]);
    // Three versions once, a decision each: the same files are the same version.
    expect((await log("checkpoint")).out).toBe(await readFile(join(folder, "checkpoint"), "utf8"));
    expect(json((await log("checkpoint", "--json")).out)).toMatchObject({ size: 7, findings: [] });
    for (const index of ["0", "3", "6"]) expect(await log("inclusion", "--index", index)).toMatchObject({ code: 0, out: expect.stringMatching(/^c2sp\.org\/tlog-proof@v1\nindex /) as string });
    expect(json((await log("consistency", "--from", "4", "--json")).out)).toMatchObject({ from: 4, to: 7, findings: [] });
    expect(await log("fsck")).toMatchObject({ code: 0, out: "ok: it holds\n" });
    expect(await log("audit")).toMatchObject({ code: 0, out: "ok: it holds\n" });
  });

  it("holds the decisions that bundles prove, and continues what was kept", async () => {
    const { folder, route, log } = await newLog();
    const bundle = join(folder, "..", "last.caio.json");
    await route("plain", 1);
    const kept = join(folder, "..", "old-checkpoint");
    await cp(join(folder, "checkpoint"), kept);
    await route("plain", 2, "--bundle", bundle);
    expect((await caio("verify", bundle, "--key", `${bundle}.pub`)).code).toBe(0);
    expect((await log("consistency", "--checkpoint", kept)).code).toBe(0);
    expect((await log("audit", "--checkpoint", kept, "--key", `${bundle}.pub`)).code).toBe(0);
  });

  it("spans tiles, and grows within and past one", async () => {
    const folder = join(await temporaryFolder({}), "log");
    for (const size of [255, 256, 300, 700]) {
      const log = await openLogFolder(folder, testSigningKey(1));
      const { traces } = log;
      while (traces.head.size < size) await traces.appendVersion("registry", "acme", { version: traces.head.size, digest: sha256Hex(String(traces.head.size)) });
      expect((await log.publish(0)).size).toBe(size);
      await log.close();
      expect(await caio("log", "fsck", "--log", folder)).toMatchObject({ code: 0 });
    }
    expect((await caio("log", "audit", "--log", folder)).code).toBe(0);
    expect((await caio("log", "inclusion", "--index", "600", "--log", folder)).code).toBe(0);
  });

  it("numbers new policies, and finds a decision on stale ones", async () => {
    const { folder, route, log } = await newLog();
    const other = join(folder, "..", "policy.yaml");
    await writeFile(other, (await readFile(example("policy.yaml"), "utf8")).replace("priority: 50", "priority: 51"));
    await route("plain", 1);
    await route("plain", 2, "--policy", other, "--policies", example("policies"));
    await route("plain", 3);
    expect((await log("audit")).code).toBe(0);
    const history = (version: number): string => JSON.stringify({ caio_history: 1, version, leaves: [] });
    await writeFile(join(folder, "..", "h.json"), history(5));
    await route("plain", 4, "--history", join(folder, "..", "h.json"));
    await route("plain", 5);
    expect(await log("audit")).toMatchObject({ code: 1, out: expect.stringContaining("stale_input") as string });
    expect((await log("audit", "--slack", "9")).code).toBe(0);
  });

  it("finds a decision that was logged twice", async () => {
    const { route, log } = await newLog();
    await route("plain", 1);
    await route("plain", 1);
    expect(await log("audit")).toMatchObject({ code: 1, out: expect.stringContaining("replayed_decision") as string });
    expect((await log("fsck")).code).toBe(0);
  });

  it("finds a fork by a checkpoint that was kept, and does not continue one", async () => {
    const { folder, route, log } = await newLog();
    await route("plain", 1);
    const before = join(folder, "..", "before");
    await cp(folder, before, { recursive: true });
    await route("plain", 2);
    const kept = join(folder, "..", "kept");
    await cp(join(folder, "checkpoint"), kept);
    await rm(folder, { recursive: true });
    await cp(before, folder, { recursive: true });
    await route("plain", 3);
    expect(await log("audit", "--checkpoint", kept)).toMatchObject({ code: 1, out: expect.stringContaining("fork") as string });
    expect((await log("consistency", "--checkpoint", kept)).code).toBe(1);
    await cp(kept, join(folder, "signed.json"));
    expect((await route("plain", 4)).code).toBe(2);
    const note = await readFile(kept, "utf8");
    await writeFile(join(folder, "signed.json"), JSON.stringify({ note, signedAt: 0 }));
    expect(await route("plain", 4)).toMatchObject({ code: 2, err: expect.stringContaining("IntegrityViolation") as string });
    await rm(join(folder, "signed.json"));
    expect(await route("plain", 4)).toMatchObject({ code: 2, err: expect.stringContaining("guard against a fork") as string });
  });

  it.each([
    ["an entry", "tile/entries/000.p/4", (bytes: Buffer) => Buffer.from(bytes.toString("latin1").replace("decision", "DECISION"), "latin1")],
    ["the end of the entries", "tile/entries/000.p/4", (bytes: Buffer) => bytes.subarray(0, -1)],
    ["a hash", "tile/0/000.p/4", (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 1))],
    ["the checkpoint", "checkpoint", (bytes: Buffer) => Buffer.from(bytes.toString().replace("\n4\n", "\n3\n"))],
    ["the guard", "signed.json", () => Buffer.from("{}")],
  ] as const)("finds %s changed", async (_, file, change) => {
    const { folder, route, log } = await newLog();
    await route("plain", 1);
    const path = join(folder, file);
    await writeFile(path, change(await readFile(path)));
    expect(await log("fsck")).toMatchObject({ code: 1, out: expect.stringContaining("finding") as string });
  });

  it("has one writer, one key and one name", async () => {
    const { folder, route } = await newLog();
    await route("plain", 1);
    await writeFile(join(folder, "lock"), "1\n");
    expect(await route("plain", 2)).toMatchObject({ code: 2, err: expect.stringContaining("lock of another process") as string });
    await rm(join(folder, "lock"));
    expect((await route("plain", 2, "--origin", "other.example")).err).toContain("this key did not sign under the name other.example");
    const other = join(folder, "..", "other.pem");
    expect((await caio("route", ...inputsOf("plain"), "--log", folder, "--key", other)).err).toContain("there is no such file");
    expect((await caio("route", ...inputsOf("plain"), "--log", folder)).err).toContain("this key did not sign");
    expect((await route("plain", 2)).code).toBe(0);
  });

  it("cannot be read where there is none, or outside of it", async () => {
    const { route, log } = await newLog();
    for (const command of ["checkpoint", "fsck", "audit"]) expect((await log(command)).code).toBe(2);
    await route("plain", 1);
    expect((await log("inclusion", "--index", "4")).code).toBe(2);
    expect((await log("consistency", "--from", "5")).code).toBe(2);
    expect((await log("consistency")).code).toBe(2);
    expect((await log("consistency", "--from", "0")).code).toBe(0);
  });

  it("is not that of a foreign key", async () => {
    const { folder, route, log } = await newLog();
    await route("plain", 1);
    const key = join(folder, "..", "foreign.pub");
    await writeFile(key, "11".repeat(32));
    expect((await log("checkpoint", "--key", key)).code).toBe(1);
    expect((await log("inclusion", "--index", "1", "--key", key)).code).toBe(1);
    expect((await log("audit", "--key", key)).code).toBe(1);
  });
});
