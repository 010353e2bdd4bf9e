import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";

import Database from "libsql";
import { isCaioError } from "@caio/core";
import { TraceabilitySystem } from "@caio/traceability";
import { describe, expect, it } from "vitest";

import { isStoreFault, openSqlStores } from "../src/index.ts";
import { newFile } from "./support/databases.ts";
import { fill } from "./support/fill.ts";
import { decision, some, storedOutcome } from "./support/records.ts";

/** The error of an open that must fail; it names the file. */
async function refused(file: string): Promise<unknown> {
  try {
    await (await openSqlStores({ file, busyTimeoutMs: 50 })).close();
  } catch (error) {
    if (!isCaioError(error)) throw error;
    expect(error.message).toContain(file === "" ? ":" : file);
    return [error.code, error.details["reason"]];
  }
  return "opened";
}

/** A file with something in every part, closed. */
async function filled(file = newFile(), entries = 300): Promise<string> {
  await fill(await openSqlStores({ file }), entries);
  return file;
}

/** Changes a closed file behind the store's back. */
function tamper(file: string, sql: string): void {
  const raw = new Database(file);
  raw.exec(`pragma foreign_keys = off; ${sql}`);
  raw.close();
}

describe("one writer", () => {
  it("a second opener is refused while the first is open, in this process and in another, and let in after", async () => {
    const file = newFile();
    const first = await openSqlStores({ file });
    expect(await refused(file)).toEqual(["ServiceUnavailable", "locked"]);
    const probe = `try { new (require("libsql"))(process.argv[1]).exec("create table t(a)"); } catch (error) { console.log(error.code); }`;
    const other = spawnSync(process.execPath, ["-e", probe, file], { encoding: "utf8", cwd: import.meta.dirname });
    expect(other.stdout.trim()).toBe("SQLITE_BUSY");
    await first.traces.append(0, [storedOutcome("one")]);
    await first.close();
    const second = await openSqlStores({ file });
    expect(await second.traces.size()).toBe(1);
    await second.close();
  });

  it("a closed store refuses, and closing again is nothing", async () => {
    const stores = await openSqlStores({ file: newFile() });
    const last = stores.traces.append(0, [storedOutcome("one")]);
    await Promise.all([stores.close(), stores.close()]);
    await last;
    await expect(stores.traces.append(1, [])).rejects.toMatchObject({ details: { reason: "closed" } });
    await expect(stores.traces.size()).rejects.toMatchObject({ details: { reason: "closed" } });
  });
});

describe("a file that cannot be opened", () => {
  it("is said to be so, and a new file is its owner's alone", async () => {
    const file = newFile();
    for (const path of ["", ":memory:", dirname(file), join(dirname(file), "none", "x.db")]) {
      expect(await refused(path), path).toEqual(["ServiceUnavailable", "cannot_open"]);
    }
    await filled(file, 1);
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
    expect([`${file}-wal`, `${file}-shm`, `${file}-journal`].filter(existsSync)).toEqual([]);
  });

  it("is refused if it is no store", async () => {
    const file = newFile();
    writeFileSync(file, "this is no database ".repeat(1000));
    expect(await refused(file)).toEqual(["IntegrityViolation", "not_a_store"]);
    const other = newFile();
    tamper(other, "create table theirs(a)");
    const before = readFileSync(other);
    expect(await refused(other)).toEqual(["IntegrityViolation", "not_a_store"]);
    expect(readFileSync(other)).toEqual(before);
  });

  it("of version 1 is brought up to date, with what it holds", async () => {
    const file = await filled(newFile(), 3);
    const before = await openSqlStores({ file });
    await before.decisionKeys.put(some("0"), some("key"));
    await before.close();
    tamper(file, `${UNDO_FEEDBACK}; ${UNDO_DECISION_INDEX}; ${UNDO_RETENTION}`);
    tamper(file, "alter table certificate drop column parts; drop table certificate_part; alter table decision_key drop column disclosed; alter table budget_hold drop column instance; delete from kysely_migration where name > '0001-stores'");
    const stores = await openSqlStores({ file });
    expect([await stores.traces.size(), await stores.decisionKeys.get(some("0")), await stores.decisionKeys.opening(some("0"))]).toEqual([3, some("key"), undefined]);
    const traces = await TraceabilitySystem.open(stores.traces);
    const opening = { decisionKey: some("other"), disclosed: "{}" };
    await traces.appendDecision("acme", decision("4"), undefined, opening);
    expect(await stores.decisionKeys.opening(some("4"))).toEqual(opening);
    await stores.close();
  });

  it("of version 2 is brought up to date, and its decisions know the version of H they stand on", async () => {
    const file = newFile();
    const before = await openSqlStores({ file });
    const inputs = { ...decision("1").inputs, history: { version: 41, digest: some("h") } };
    await (await TraceabilitySystem.open(before.traces)).appendDecision("acme", decision("1", { inputs }));
    await before.close();
    tamper(file, `${UNDO_DECISION_INDEX}; ${UNDO_RETENTION}`);
    const stores = await openSqlStores({ file });
    expect(await stores.traces.find({ decisionId: some("1") })).toEqual([0]);
    expect((await stores.traces.read(0, 1))[0]?.keys).toMatchObject({ decisionId: some("1"), history: 41 });
    await stores.close();
  });

  it("is refused if it cannot be written", async () => {
    const file = await filled(newFile(), 1);
    const folder = dirname(file);
    chmodSync(file, 0o444);
    chmodSync(folder, 0o555);
    try {
      expect(await refusedAsSomebody(file)).toBe("read_only");
    } finally {
      chmodSync(folder, 0o700);
    }
  });
});

/** The reason of the refusal. Permissions do not bind root, so for root another user opens the file. */
async function refusedAsSomebody(file: string): Promise<unknown> {
  const nobody = 65_534;
  const reason = async (): Promise<unknown> => {
    const error: unknown = await openSqlStores({ file }).then((stores) => stores.close(), (failure: unknown) => failure);
    return isCaioError(error) ? error.details["reason"] : "opened";
  };
  if (process.geteuid?.() !== 0) return await reason();
  process.seteuid?.(nobody);
  try {
    return await reason();
  } finally {
    process.seteuid?.(0);
  }
}

const UNDO_FEEDBACK = "drop index log_entry_feedback; alter table decision_key drop column learning; alter table history_version drop column through";
const UNDO_DECISION_INDEX =
  "drop table log_decision; create index log_entry_decision on log_entry (decision_id, log_index); create index log_entry_service on log_entry (service, log_index); create index log_expired_decision on log_expired (decision_id, log_index); delete from kysely_migration where name = '0007-decision-index'";
const UNDO_RETENTION =
  "drop index log_entry_history; alter table log_entry drop column history; alter table history_version drop column removed; drop table log_expired; drop table retention_run; delete from kysely_migration where name = '0004-retention'";

describe("a damaged file", () => {
  it.each([0.2, 0.5, 0.9])("cut off at %s of its length is refused", async (share) => {
    const file = await filled();
    truncateSync(file, Math.floor((statSync(file).size * share) / 4096) * 4096);
    expect(await refused(file)).toEqual(["IntegrityViolation", "corrupt"]);
  });

  it("with bytes changed in any page is refused, or still holds all", async () => {
    const whole = await filled(newFile(), 60);
    const pages = statSync(whole).size / 4096;
    let caught = 0;
    for (let page = 1; page < pages; page++) {
      const file = join(dirname(whole), `page-${String(page)}.db`);
      copyFileSync(whole, file);
      const bytes = readFileSync(file);
      bytes.fill(0xa5, page * 4096, page * 4096 + 64);
      writeFileSync(file, bytes);
      const outcome = await refused(file);
      if (outcome === "opened") continue;
      caught += 1;
      expect(outcome).toEqual(["IntegrityViolation", "corrupt"]);
    }
    expect(caught).toBeGreaterThan(pages / 2);
  });
});

describe("an error of a store", () => {
  it("is told from others", async () => {
    const stores = await openSqlStores({ file: newFile() });
    await stores.close();
    const error: unknown = await stores.traces.size().catch((failure: unknown) => failure);
    expect([isStoreFault(error), isStoreFault(error, "closed"), isStoreFault(error, "io"), isStoreFault(new Error(some("x")))]).toEqual([true, true, false, false]);
  });
});
