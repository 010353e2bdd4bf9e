import { isCaioError } from "@caio/core";
import { ServiceRegistry } from "@caio/registry";
import { parsePolicySet } from "@caio/rules";
import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";

import { openPostgresStores, type PostgresStoresOptions } from "../src/index.ts";
import { hasPostgres, postgres } from "./support/databases.ts";
import { registrationOf, some, storedOutcome } from "./support/records.ts";

/** The error of an open that must fail: neither it nor what it was caused by holds a password. */
async function refused(options: PostgresStoresOptions, secret: string): Promise<unknown> {
  try {
    await (await openPostgresStores({ busyTimeoutMs: 50, ...options })).close();
  } catch (error) {
    if (!isCaioError(error)) throw error;
    const { cause } = error;
    for (const text of [error.message, JSON.stringify(error), String(cause), JSON.stringify(cause ?? null)]) expect(text).not.toContain(secret);
    return [error.code, error.details["reason"] ?? error.details["at"]];
  }
  return "opened";
}

describe.skipIf(!hasPostgres)("stores in PostgreSQL", () => {
  it("have one writer for each instance, and a name for each log", async () => {
    const database = await postgres.make();
    const first = await database.open("a");
    await expect(database.open("a")).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "locked" } });
    const other = await database.open("b");
    await first.traces.append(0, [storedOutcome("one")]);
    await Promise.all([first.close(), first.close(), other.close()]);
    await expect(first.traces.append(1, [])).rejects.toMatchObject({ details: { reason: "closed" } });
    await expect(first.traces.size()).rejects.toMatchObject({ details: { reason: "closed" } });
    const again = await database.open("a");
    expect(await again.traces.size()).toBe(1);
    await again.close();
    const { schema, server } = database;
    expect(await server.query(`select name, log_schema from ${schema}.instance order by name`)).toBe(`a|${schema}_log_a\nb|${schema}_log_b`);
  });

  it("are made once, however many instances start at the same time", async () => {
    const database = await postgres.make();
    const all = await Promise.all(Array.from({ length: 5 }, (_, at) => database.open(`i${String(at)}`)));
    onTestFinished(async () => { await Promise.all(all.map((each) => each.close())); });
    const [first, last] = [all[0], all.at(-1)];
    if (first === undefined || last === undefined) throw new Error("none");
    const registry = await ServiceRegistry.open(first.registry);
    await registry.register(registrationOf("a"));
    expect((await last.registry.load(0)).length).toBe(1);
  });

  it("are not opened where they cannot be, and no error tells a password", async () => {
    const { server, schema } = await postgres.make();
    const url = new URL(server.url());
    const { password } = url;
    const at = (change: (url: URL) => void): string => {
      const other = new URL(url);
      change(other);
      return other.href;
    };
    const opened = (database: string, secret = password): Promise<unknown> => refused({ database, schema, instance: "a" }, secret);
    expect(await opened(at((each) => { each.password = "letmein"; }), "letmein")).toEqual(["ServiceUnavailable", "cannot_open"]);
    expect(await opened(at((each) => { each.pathname = "/nowhere"; }))).toEqual(["ServiceUnavailable", "cannot_open"]);
    expect(await opened(at((each) => { each.port = "1"; }))).toEqual(["ServiceUnavailable", "unreachable"]);
    for (const bad of [`http://x:${password}@y/z`, `postgres://x:${password}@y:port/z`, password, ""]) {
      expect(await opened(bad, bad === "" ? "never" : password)).toEqual(["ServiceUnavailable", "cannot_open"]);
    }
    for (const name of ["", "A", "a-b", "a'; drop", "x".repeat(33)]) expect(await refused({ database: url.href, schema, instance: name }, password)).toEqual(["InvalidRequest", "instance"]);
    for (const name of ["", "1a", "public\"", "x".repeat(21)]) expect(await refused({ database: url.href, schema: name, instance: "a" }, password)).toEqual(["InvalidRequest", "schema"]);
  });

  it("are opened by a user who may make no schema, once they are there", async () => {
    const { server, schema } = await postgres.make();
    const url = new URL(server.url());
    await server.query(`create role ${schema}_user login password 'p'; create schema ${schema}; create schema ${schema}_log_a; grant all on schema ${schema}, ${schema}_log_a to ${schema}_user`);
    Object.assign(url, { username: `${schema}_user`, password: "p" });
    expect(await refused({ database: url.href, schema, instance: "b" }, "no secret")).toEqual(["ServiceUnavailable", "read_only"]);
    const stores = await openPostgresStores({ database: url.href, schema, instance: "a" });
    await stores.traces.append(0, [storedOutcome("one")]);
    expect(await stores.traces.size()).toBe(1);
    await stores.close();
  });

  it("wait for the disk, also where the server's default is not to", async () => {
    const database = await postgres.make();
    const url = new URL(database.server.url());
    url.searchParams.set("options", "-c synchronous_commit=off");
    const stores = await openPostgresStores({ database: url.href, schema: database.schema, instance: "a" });
    onTestFinished(() => stores.close());
    const engine = await database.engine("b");
    const { rows } = await engine.commits.run((tx) => sql<{ readonly synchronous_commit: string }>`show synchronous_commit`.execute(tx));
    expect(rows).toEqual([{ synchronous_commit: "on" }]);
  });

  it("go on reading and writing when a newer version adds a column", async () => {
    const database = await postgres.make();
    const stores = await database.open("a");
    onTestFinished(() => stores.close());
    const key = some("d");
    for (let time = 0; time < 7; time++) {
      await stores.decisionKeys.put(key, some("key"));
      expect(await stores.decisionKeys.get(key)).toBe(some("key"));
    }
    await database.tamper("alter table decision_key add column more text");
    await stores.decisionKeys.put(key, some("key"));
    expect(await stores.decisionKeys.get(key)).toBe(some("key"));
  });

  it("refuse text that no row can hold, before anything is written", async () => {
    const stores = await (await postgres.make()).open("a");
    onTestFinished(() => stores.close());
    const policy = parsePolicySet("caio_policy: 1\nid: p\n");
    for (const reason of ["a\u0000b", "a\ud800b"]) {
      await expect(stores.policies.put(policy, { actor: "me", at: 1, reason })).rejects.toMatchObject({ code: "InvalidRequest" });
      await expect(stores.registry.append({ epoch: 1, edits: [{ kind: "register", ...registrationOf("a"), encoderId: reason }] })).rejects.toMatchObject({ code: "InvalidRequest" });
    }
    await expect(stores.decisionKeys.put("a\u0000b", some("key"))).rejects.toMatchObject({ code: "IntegrityViolation", details: { reason: "constraint" } });
    expect([await stores.policies.list(), await stores.registry.load(0)]).toEqual([[], []]);
  });

  it("do again what stood in another writer's way", async () => {
    const database = await postgres.make();
    const engines = [await database.engine("a"), await database.engine("b")] as const;
    let tries = 0;
    let begun = 0;
    let meet: () => void = () => undefined;
    const bothBegun = new Promise<void>((met) => { meet = met; });
    const crossing = engines.map((engine, who) => {
      const names = who === 0 ? ["a", "b"] : ["b", "a"];
      return engine.commits.run(async (tx) => {
        tries += 1;
        await sql`set local deadlock_timeout = '10ms'`.execute(tx);
        for (const name of names) {
          await tx.updateTable("instance").set((eb) => ({ log_schema: eb.ref("log_schema") })).where("name", "=", name).execute();
          if (++begun === 2) meet();
          await bothBegun;
        }
        return who;
      });
    });
    expect(await Promise.all(crossing)).toEqual([0, 1]);
    expect(tries).toBe(3);
  });
});
