import { CaioError } from "@caio/core";
import { TraceabilitySystem } from "@caio/traceability";
import { sql, type Transaction } from "kysely";
import { describe, expect, it } from "vitest";

import type { Engine } from "../src/engine/engine.ts";
import { checkLog } from "../src/log/check-log.ts";
import type { Tables } from "../src/schema/tables.ts";
import { SqlTraceStore } from "../src/stores/sql-trace-store.ts";
import { databaseKinds, sqlite } from "./support/databases.ts";
import { decision, some } from "./support/records.ts";

async function opened(): Promise<Engine> {
  return await (await sqlite.make()).engine();
}

async function put(engine: Engine, name: string, seen?: Set<unknown>, fails?: Error): Promise<string> {
  return await engine.commits.run(async (tx) => {
    seen?.add(await transactionOf(engine, tx));
    await tx.insertInto("decision_key").values({ decision_id: name, decision_key: some(name) }).execute();
    if (fails !== undefined) throw fails;
    return name;
  });
}

/** What tells one transaction from another. */
async function transactionOf({ instance }: Engine, tx: Transaction<Tables>): Promise<unknown> {
  if (instance === "") return tx;
  return (await sql<{ readonly id: string }>`select pg_current_xact_id()::text as id`.execute(tx)).rows[0]?.id;
}

/** In the order in which they were written. */
async function kept(engine: Engine): Promise<readonly string[]> {
  const place = engine.instance === "" ? sql`rowid` : sql`ctid`;
  const rows = await engine.db.selectFrom("decision_key").select("decision_id").orderBy(place).execute();
  return rows.map(({ decision_id: id }) => id);
}

describe.each(databaseKinds)("group commit in $where", ({ make }) => {
  it("puts what arrives together into few transactions, in order", async () => {
    const engine = await (await make()).engine();
    const seen = new Set<unknown>();
    const names = Array.from({ length: 300 }, (_, at) => String(at));
    const ended: string[] = [];
    await Promise.all(names.map(async (name) => ended.push(await put(engine, name, seen))));
    expect(await kept(engine)).toEqual(names);
    expect(ended).toEqual(names);
    expect(seen.size).toBeLessThanOrEqual(2);
  });

  it("takes what arrives while a commit runs into the next one", async () => {
    const engine = await (await make()).engine();
    const [first, later] = [new Set<unknown>(), new Set<unknown>()];
    const added: Promise<string>[] = [];
    await engine.commits.run(async (tx) => {
      first.add(await transactionOf(engine, tx));
      for (const name of ["a", "b", "c"]) added.push(put(engine, name, later));
    });
    await Promise.all(added);
    expect(later.size).toBe(1);
    expect([...later].some((tx) => first.has(tx))).toBe(false);
  });

  it("undoes work that throws, alone", async () => {
    const engine = await (await make()).engine();
    const refusal = new CaioError("NotFound", "no such thing");
    const all = await Promise.allSettled([put(engine, "a"), put(engine, "b", undefined, refusal), put(engine, "a"), put(engine, "c")]);
    expect(all.map((each) => (each.status === "fulfilled" ? each.value : (each.reason as CaioError).code))).toEqual([
      "a",
      "NotFound",
      "IntegrityViolation",
      "c",
    ]);
    await expect(put(engine, "d", undefined, refusal)).rejects.toBe(refusal);
    expect(await kept(engine)).toEqual(["a", "c"]);
  });

  it("says of what is sent together why the first of it failed", async () => {
    const engine = await (await make()).engine();
    await put(engine, "a");
    const insert = (tx: Transaction<Tables>, name: string): Promise<unknown> => tx.insertInto("decision_key").values({ decision_id: name, decision_key: null }).execute();
    // What fails first is heard of last.
    const deep = async (tx: Transaction<Tables>): Promise<unknown> => await Promise.all([Promise.all([insert(tx, "b"), insert(tx, "a")])]);
    await expect(engine.commits.run((tx) => Promise.all([deep(tx), insert(tx, "c"), insert(tx, "d")]))).rejects.toMatchObject({ details: { reason: "constraint" } });
    expect(await kept(engine)).toEqual(["a"]);
  });
});

describe("group commit in a file", () => {
  it("fails all of its work when the disk is full, keeps none of it, and goes on when there is room", async () => {
    const engine = await opened();
    await put(engine, "before");
    const pages = await sql<{ page_count: number }>`pragma page_count`.execute(engine.db);
    const limit = (count: number) => sql`pragma max_page_count = ${sql.lit(count)}`.execute(engine.db);
    await limit((pages.rows[0]?.page_count ?? 0) + 3);
    const all = await Promise.allSettled(Array.from({ length: 400 }, (_, at) => put(engine, `full-${String(at)}`)));
    for (const each of all) expect(each).toMatchObject({ status: "rejected", reason: { code: "ServiceUnavailable", details: { reason: "disk_full" } } });
    expect(await kept(engine)).toEqual(["before"]);
    await limit(1_000_000);
    await put(engine, "after");
    expect(await kept(engine)).toEqual(["before", "after"]);
  });
});

describe("a log on a full disk", () => {
  it("gives every caller a typed error, does not move on, and goes on later", async () => {
    const engine = await opened();
    const traces = await TraceabilitySystem.open(new SqlTraceStore(engine));
    await traces.appendDecision("acme", decision("before"));
    const { size, root } = traces.head;
    const pages = await sql<{ page_count: number }>`pragma page_count`.execute(engine.db);
    await sql`pragma max_page_count = ${sql.lit(pages.rows[0]?.page_count ?? 0)}`.execute(engine.db);
    const all = await Promise.allSettled(Array.from({ length: 200 }, (_, at) => traces.appendDecision("acme", decision(String(at)))));
    const lost = all.filter(({ status }) => status === "rejected");
    for (const each of lost) expect(each).toMatchObject({ reason: { code: "ServiceUnavailable", details: { reason: "disk_full" } } });
    expect(lost.length).toBeGreaterThan(100);
    expect(traces.head.size).toBe(size + all.length - lost.length);
    expect(traces.headAt(size).root).toEqual(root);
    await sql`pragma max_page_count = 1000000`.execute(engine.db);
    await traces.appendDecision("acme", decision("after"));
    expect(await traces.verify()).toEqual({ holds: true });
    await expect(checkLog(engine.db)).resolves.toBeUndefined();
  });

  it("on a disk that turned read-only gives a typed error", async () => {
    const engine = await opened();
    await sql`pragma query_only = 1`.execute(engine.db);
    await expect(put(engine, "a")).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "read_only" } });
    await sql`pragma query_only = 0`.execute(engine.db);
    await put(engine, "a");
  });
});
