import { CaioError } from "@caio/core";
import { TraceabilitySystem } from "@caio/traceability";
import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";

import type { Engine } from "../src/engine/engine.ts";
import { sqliteEngine } from "../src/engine/sqlite-engine.ts";
import { checkLog } from "../src/log/check-log.ts";
import { migrate } from "../src/schema/migrate.ts";
import { SqlTraceStore } from "../src/stores/sql-trace-store.ts";
import { newFile } from "./support/databases.ts";
import { decision, some } from "./support/records.ts";

async function opened(): Promise<Engine> {
  const engine = sqliteEngine(newFile(), 100);
  onTestFinished(() => engine.close());
  await migrate(engine);
  return engine;
}

async function put(engine: Engine, name: string, seen?: Set<unknown>, fails?: Error): Promise<string> {
  return await engine.commits.run(async (tx) => {
    seen?.add(tx);
    await tx.insertInto("decision_key").values({ decision_id: name, decision_key: some(name) }).execute();
    if (fails !== undefined) throw fails;
    return name;
  });
}

async function kept(engine: Engine): Promise<readonly string[]> {
  const rows = await engine.db.selectFrom("decision_key").select("decision_id").orderBy(sql`rowid`).execute();
  return rows.map(({ decision_id: id }) => id);
}

describe("group commit", () => {
  it("puts what arrives together into few transactions, in order", async () => {
    const engine = await opened();
    const seen = new Set<unknown>();
    const names = Array.from({ length: 300 }, (_, at) => String(at));
    const ended: string[] = [];
    await Promise.all(names.map(async (name) => ended.push(await put(engine, name, seen))));
    expect(await kept(engine)).toEqual(names);
    expect(ended).toEqual(names);
    expect(seen.size).toBeLessThanOrEqual(2);
  });

  it("takes what arrives while a commit runs into the next one", async () => {
    const engine = await opened();
    const [first, later] = [new Set<unknown>(), new Set<unknown>()];
    const added: Promise<string>[] = [];
    await engine.commits.run((tx) => {
      first.add(tx);
      for (const name of ["a", "b", "c"]) added.push(put(engine, name, later));
      return Promise.resolve();
    });
    await Promise.all(added);
    expect(later.size).toBe(1);
    expect([...later].some((tx) => first.has(tx))).toBe(false);
  });

  it("undoes work that throws, alone", async () => {
    const engine = await opened();
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
