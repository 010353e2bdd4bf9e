import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { sha256Hex, toHex } from "@caio/core";
import { sharedPostgres } from "@caio/fakes";
import { CheckpointSigner, openCheckpoint, TraceabilitySystem } from "@caio/traceability";
import { describe, expect, it, onTestFinished } from "vitest";

import { archivePostgres, restoreArchive, verifyArchive, type SqlStores } from "../src/index.ts";
import { signedHeadOf } from "../src/log/signed-head.ts";
import { archived, forged, MADE_AT, restored, sourceOf } from "./support/archives.ts";
import { archivesShowDamage, copiesGoAnywhere, restoresRefuseForgeries } from "./support/copies.ts";
import { databaseKinds, hasPostgres, newFile, PostgresTestDatabase, sqlite, SqliteTestDatabase, type TestDatabase } from "./support/databases.ts";
import { fill, keys, someOfAll } from "./support/filled-store.ts";
import { checkedLog, logAll, secretOf } from "./support/kept-log.ts";
import { decision, outcome, some } from "./support/records.ts";

async function opened(database: TestDatabase): Promise<SqlStores> {
  const stores = await database.open();
  onTestFinished(() => stores.close());
  return stores;
}

copiesGoAnywhere(2);
archivesShowDamage(331);
restoresRefuseForgeries([sqlite]);

describe.runIf(hasPostgres)("a copy of several instances", () => {
  it("holds all of their logs, at one moment, and goes where there is none yet", async () => {
    const server = await sharedPostgres();
    const [database, other] = [new PostgresTestDatabase(server), new PostgresTestDatabase(server)];
    const [one, two] = [await database.open("one"), await database.open("two")];
    onTestFinished(async () => { await Promise.all([one.close(), two.close()]); });
    await fill(one, someOfAll);
    await logAll(two, await checkedLog(two), [{ kind: "decision", name: "of-two", time: 1 }]);
    const bytes = await archived(two);
    expect(bytes).toEqual(await archived(one));
    const pieces: Uint8Array[] = [];
    for await (const piece of archivePostgres({ database: database.server.url(), schema: database.schema }, { at: MADE_AT })) pieces.push(piece);
    expect(Buffer.concat(pieces)).toEqual(bytes);
    await expect(restored(bytes, new SqliteTestDatabase(newFile()))).rejects.toMatchObject({ code: "InvalidRequest", details: { found: 2 } });
    await expect(restored(bytes, other)).rejects.toThrow(/2 instances, each with its name/);
    const { header } = await restoreArchive(sourceOf(bytes), { to: { postgres: { database: other.server.url(), schema: other.schema } } });
    expect(header.logs.map(({ instance, size }) => [instance, size])).toEqual([["one", 25], ["two", 1]]);
    const [first, second] = [await other.open("one"), await other.open("two")];
    expect([(await checkedLog(first)).head.size, (await checkedLog(second)).head.size]).toEqual([25, 1]);
    expect(await archived(second)).toEqual(bytes);
    // What no archive holds is made anew: by what decisions are found.
    const decisionId = (await two.traces.read(0, 1))[0]?.keys.decisionId ?? "";
    expect([await second.traces.find({ decisionId }), await first.traces.find({ decisionId })]).toEqual([[0], []]);
    await Promise.all([first.close(), second.close()]);
  });

  it("names the instance whose log was not brought up to date, since it was not started", async () => {
    const database = new PostgresTestDatabase(await sharedPostgres());
    const [one, two] = [await database.open("one"), await database.open("two")];
    onTestFinished(() => one.close());
    await two.close();
    // What a newer version has done to all that was started since.
    for (const home of [database.schema, `${database.schema}_log_one`]) await database.tamper(`insert into ${home}.kysely_migration values ('9999-later', '')`);
    await expect(archived(one)).rejects.toMatchObject({ code: "ServiceUnavailable", details: { file: "The log of instance two", reason: "older_schema" } });
  });
});

describe.each(databaseKinds)("a copy of a store in $where", ({ make }) => {
  it("is of one moment, whatever is written while it is made", async () => {
    const stores = await opened(await make());
    const traces = await fill(stores, someOfAll);
    const { size } = traces.head;
    const id = await stores.backup.begin({ at: 1 });
    const pieces: Uint8Array[] = [];
    for (let at = 0; ; at++) {
      const piece = await stores.backup.next(id);
      if (piece === null) break;
      pieces.push(piece);
      await logAll(stores, traces, [{ kind: "decision", name: `m${String(at)}`, time: 99_000 }]);
      await stores.budgets.reserve({ id: `m${String(at)}`, keyId: "k", amountMicros: 1, limits: {}, now: 86_400_000 });
      await stores.keys.revoke((await stores.keys.list())[0]?.keyId ?? "", 3000);
      await stores.history.append({ version: 21 + at, leaves: [] });
      await (await CheckpointSigner.open({ log: traces, keys, store: stores.checkpoints, intervalMs: 0 })).sign(6000);
    }
    await stores.backup.end(id);
    expect(pieces.length).toBeGreaterThan(1);
    const other = new SqliteTestDatabase(newFile());
    const { header, tables } = await restored(Buffer.concat(pieces), other);
    expect(header.logs[0]?.size).toBe(size);
    const copy = await opened(other);
    expect((await checkedLog(copy)).head.size).toBe(size);
    expect((await copy.budgets.held()).map(({ id: hold }) => hold)).toEqual(["h0"]);
    expect((await copy.history.latest()).version).toBe(20);
    expect(await copy.decisionKeys.get(some("m0"))).toBeUndefined();
    expect((await copy.keys.list()).filter(({ revokedAt }) => revokedAt === 3000)).toEqual([]);
    expect(tables["api_key"]).toBe(2);
  });

  it("can be made beside another one, and is let go when nobody wants it any more", async () => {
    const stores = await opened(await make());
    const traces = await fill(stores, { ...someOfAll, retained: 0 });
    const id = await stores.backup.begin({ at: 1 });
    await stores.backup.next(id);
    await stores.backup.end(id);
    await stores.backup.end(id);
    await expect(stores.backup.next(id)).rejects.toMatchObject({ code: "NotFound" });
    const [one, other] = await Promise.all([archived(stores), archived(stores)]);
    expect(one).toEqual(other);
    expect(await stores.retention.retain({ decisions: 5000 }, { at: 1 })).toMatchObject({ entries: 5 });
    await logAll(stores, traces, [{ kind: "decision", name: "later", time: 99_000 }]);
  });

  it("holds no row that retention takes away while it is made", async () => {
    const stores = await opened(await make());
    await fill(stores, { ...someOfAll, retained: 0 });
    const before = await archived(stores);
    const id = await stores.backup.begin({ at: 1_764_000_000_000 });
    const removed = stores.retention.retain({ decisions: 12_000 }, { at: 1 });
    const pieces: Uint8Array[] = [];
    for (let piece = await stores.backup.next(id); piece !== null; piece = await stores.backup.next(id)) pieces.push(piece);
    await stores.backup.end(id);
    expect(Buffer.concat(pieces)).toEqual(before);
    expect((await removed).entries).toBe(12);
  });

  it("leaves what opens decisions out if that is wanted, as if it had been erased", async () => {
    const stores = await opened(await make());
    await fill(stores, { ...someOfAll, retained: 0 });
    const [whole, without] = [await archived(stores), await archived(stores, { withoutOpenings: true })];
    for (const where of ["key", "disclosed", "learning"] as const) expect([whole.includes(secretOf("d0", where)), without.includes(secretOf("d0", where))]).toEqual([true, false]);
    expect(without.includes(secretOf("d0", "certificate").slice(0, 20))).toBe(true);
    const other = await sqlite.make();
    expect((await restored(without, other)).header.openings).toBe(false);
    const copy = await opened(other);
    expect([await copy.decisionKeys.get(some("d0")), await (await checkedLog(copy)).certificate(some("d0"))]).toEqual([undefined, expect.stringContaining(secretOf("d0", "certificate"))]);
    await expect(copy.decisionKeys.put(some("d0"), some("key"))).rejects.toThrow(/was erased/);
  });
});

describe.each(databaseKinds)("restoring into $where", ({ make }) => {
  const whole = async (): Promise<Buffer> => {
    const stores = await (await sqlite.make()).open();
    await fill(stores, someOfAll);
    const bytes = await archived(stores);
    await stores.close();
    return bytes;
  };

  it("is refused where something is, which stays as it is", async () => {
    const database = await make();
    const stores = await database.open();
    await fill(stores, { ...someOfAll, decisions: 3, retained: 0 });
    const before = await archived(stores);
    await stores.close();
    await expect(restored(await whole(), database)).rejects.toMatchObject({ code: "InvalidRequest", details: { reason: "not_empty" } });
    const again = await opened(database);
    expect(await archived(again)).toEqual(before);
  });

  it("of an older copy than a checkpoint that was published is refused, of one that continues it is not", async () => {
    const stores = await (await sqlite.make()).open();
    onTestFinished(() => stores.close());
    const traces = await fill(stores, { ...someOfAll, retained: 0 });
    const older = await archived(stores);
    const signer = await CheckpointSigner.open({ log: traces, keys, store: stores.checkpoints, intervalMs: 0 });
    const first = signedHeadOf(signer.latest?.note ?? "");
    await logAll(stores, traces, [{ kind: "decision", name: "later", time: 99_000 }]);
    const second = signedHeadOf((await signer.sign(9000)).note);
    const database = await make();
    await expect(restored(older, database, { expected: second })).rejects.toMatchObject({ code: "IntegrityViolation", details: { reason: "older", found: 25, expected: 26 } });
    await expect(restored(older, database, { expected: { ...first, root: "0".repeat(64) } })).rejects.toMatchObject({ details: { reason: "older" } });
    await restored(older, database, { expected: first });
    const copy = await opened(database);
    expect(openCheckpoint((await copy.checkpoints.load())?.note ?? "", keys.verifiers).size).toBe(first.size);
  });

  it("of a newer version's archive is refused, and of an older version's brings it up to date", async () => {
    const bytes = await whole();
    const hash = (text: string): string => sha256Hex(Buffer.from(text));
    const newer = forged(bytes, (lines) => lines.with(0, (lines[0] ?? "").replace(/"schema":"[^"]*"/, '"schema":"9999-later"')), hash);
    await expect(restored(newer, await make())).rejects.toMatchObject({ code: "ServiceUnavailable", details: { reason: "newer_schema" } });
    const older = forged(bytes, beforeParts, hash);
    const database = await make();
    await restored(older, database);
    const copy = await opened(database);
    expect((await checkedLog(copy)).head.size).toBe(25);
  });
});

describe.each(databaseKinds)("a copy that is begun in $where between a decision and its outcome", ({ make }) => {
  it("has what opens the decision", async () => {
    const stores = await (await make()).open();
    onTestFinished(() => stores.close());
    const { backup } = stores;
    const traces = await TraceabilitySystem.open(stores.traces);
    await traces.appendDecision("acme", decision("0"), undefined, { decisionKey: some("key"), disclosed: "{}" });
    const id = await backup.begin({ at: 1 });
    await traces.appendOutcome("acme", outcome("0"));
    const pieces: Uint8Array[] = [];
    for (let piece = await backup.next(id); piece !== null; piece = await backup.next(id)) pieces.push(piece);
    await backup.end(id);
    expect(Buffer.concat(pieces).includes(some("key"))).toBe(true);
  });
});

describe("restoring into a file", () => {
  it("takes up nothing of one that was killed, and leaves what another process writes alone", async () => {
    const stores = await (await sqlite.make()).open();
    await fill(stores, someOfAll);
    const bytes = await archived(stores);
    await stores.close();
    const database = new SqliteTestDatabase(newFile());
    writeFileSync(`${database.file}.restoring`, "half of something");
    writeFileSync(`${database.file}.restoring-wal`, "and more");
    await restored(bytes, database);
    expect(readdirSync(dirname(database.file))).toEqual(["caio.db"]);
    expect(statSync(database.file).mode & 0o777).toBe(0o600);

    const taken = new SqliteTestDatabase(newFile());
    const other = await new SqliteTestDatabase(`${taken.file}.restoring`).open();
    await expect(restored(bytes, taken)).rejects.toMatchObject({ details: { reason: "locked" } });
    await other.close();
    expect(existsSync(`${taken.file}.restoring`)).toBe(true);
  });

  it("is not begun before all of the archive was read", async () => {
    const stores = await (await sqlite.make()).open();
    await fill(stores, someOfAll);
    const bytes = await archived(stores);
    await stores.close();
    const file = newFile();
    let reads = 0;
    const source = { place: "changing", open: () => sourceOf(++reads === 1 ? bytes : Buffer.concat([bytes.subarray(0, -10), Buffer.from("0123456789")])).open() };
    await expect(restoreArchive(source, { to: { file } })).rejects.toMatchObject({ details: { reason: "archive" } });
    expect([reads, readdirSync(dirname(file))]).toEqual([2, []]);
  });
});

describe("an archive", () => {
  it("is read with no more memory than its longest line, and no line may be endless", async () => {
    const piece = Buffer.alloc(1 << 20, 0x78);
    let given = 0;
    const endless = {
      place: "endless",
      // eslint-disable-next-line @typescript-eslint/require-await -- as streams are
      open: async function* () {
        for (;;) {
          given += piece.length;
          yield piece;
        }
      },
    };
    await expect(verifyArchive(endless)).rejects.toMatchObject({ details: { reason: "archive" } });
    expect(given).toBeLessThan(80 * 1024 * 1024);
  });

  it("is one file of text, with the size and root of its log in the first line", async () => {
    const database = new SqliteTestDatabase(newFile());
    const stores = await database.open();
    const traces = await fill(stores, someOfAll);
    const [first = ""] = (await archived(stores)).toString().split("\n");
    await stores.close();
    expect(JSON.parse(first)).toMatchObject({ caio_backup: 1, made_at: 1_764_000_000_000, openings: true, logs: [{ instance: "", size: 25, root: toHex(traces.head.root), checkpoint: expect.stringContaining("caio.example/log\n25\n") as string }] });
    expect(readFileSync(database.file).includes("snapshot_api_key")).toBe(false);
  });
});

/** Columns that came after certificates had none of these. */
const laterColumns: Readonly<Record<string, string>> = { certificate: "parts", decision_key: "learning", history_version: "through" };

/** As it was written before certificates had parts. */
function beforeParts([first = "", ...lines]: readonly string[]): readonly string[] {
  const header = JSON.parse(first) as { schema: string; columns: Record<string, string[]> };
  const { certificate_part: gone, ...columns } = header.columns;
  expect(gone).toBeDefined();
  let table = "";
  const rows = lines.map((line) => {
    const value = JSON.parse(line) as unknown;
    if (!Array.isArray(value)) table = (value as { table?: string }).table ?? "";
    const place = header.columns[table]?.indexOf(laterColumns[table] ?? "") ?? -1;
    return Array.isArray(value) && place >= 0 ? JSON.stringify(value.filter((_cell, at) => at !== place)) : line;
  });
  const kept = Object.fromEntries(Object.entries(columns).map(([name, all]) => [name, all.filter((each) => each !== laterColumns[name])]));
  return [JSON.stringify({ ...header, schema: "0004-retention", columns: kept }), ...rows];
}
