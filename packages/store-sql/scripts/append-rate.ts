import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

import { digest } from "@caio/core";
import { installedPostgres, PostgresServer } from "@caio/fakes";
import { TraceabilitySystem, type StoredEntry, type TraceBody } from "@caio/traceability";
import Database from "libsql";
import pg from "pg";

import { openPostgresStores, openSqlStores, type SqlStores } from "../src/index.ts";

const { values: wanted } = parseArgs({ options: { runs: { type: "string", default: "5" }, engine: { type: "string" }, entries: { type: "string", default: "6000" } } });
const RUNS = Number(wanted.runs);
const ENTRIES = Number(wanted.entries);
const SINGLE = 400;
const BATCH = 100;

/** A database to measure: a bare table in it, and the stores. */
interface Measured {
  readonly name: string;
  /** Rows of the same bytes in a table of one column without an index, so many in a transaction. */
  readonly bare: (rows: readonly string[], size: number) => Promise<void>;
  readonly stores: () => Promise<SqlStores>;
  readonly end: () => Promise<void>;
}

/** An entry of the size that decisions have, with an id of its own. */
function entryOf(at: number): StoredEntry {
  const text = JSON.stringify({ kind: "decision", tenant: "acme", body: { filler: "x".repeat(780), at: 100_000 + at }, prev: digest("before") });
  const keys = { kind: "decision", tenant: "acme", decisionId: digest(at), service: "ident", time: 1_764_000_000_000 + at, history: 7 } as const;
  return { text, keys, certificate: null };
}

/** All bytes of an entry's row in one text. */
function rowOf({ text, keys }: StoredEntry): string {
  return text + Object.values(keys).join("");
}

async function main(): Promise<void> {
  const rates: Record<string, number[]> = {};
  const entries = Array.from({ length: ENTRIES }, (_, at) => entryOf(at));
  for (const make of [sqlite, ...("missing" in installedPostgres() ? [] : [postgres])]) {
    for (let run = -1; run < RUNS; run++) {
      const database = await make();
      try {
        if (wanted.engine !== undefined && database.name !== wanted.engine) break;
        // One run warms up.
        await measure(database, entries, run < 0 ? {} : rates);
      } finally {
        await database.end();
      }
    }
  }
  report(rates);
}

async function measure({ name, bare, stores }: Measured, entries: readonly StoredEntry[], rates: Record<string, number[]>): Promise<void> {
  for (const size of [1, BATCH]) {
    const some = size === 1 ? entries.slice(0, SINGLE) : entries;
    const note = async (what: string, action: () => Promise<void>): Promise<void> => {
      const start = performance.now();
      await action();
      (rates[`${name}, ${what}, ${String(size)} a commit`] ??= []).push((some.length * 1000) / (performance.now() - start));
    };
    const rows = some.map(rowOf);
    await note("bare table", () => bare(rows, size));
    const opened = await stores();
    await note("TraceStore", async () => {
      for (let at = 0; at < some.length; at += size) await opened.traces.append(at, some.slice(at, at + size));
    });
    await opened.close();
    const again = await stores();
    const traces = await TraceabilitySystem.open(again.traces);
    await note("TraceabilitySystem", async () => {
      for (let at = 0; at < some.length; at += size) await Promise.all(some.slice(at, at + size).map((entry) => traces.appendDecision("acme", bodyOf(entry))));
    });
    await again.close();
  }
}

function bodyOf({ keys }: StoredEntry): TraceBody {
  const version = { version: 1, digest: digest("version") };
  return {
    decisionId: keys.decisionId ?? "",
    now: 1_764_000_000_000,
    certificate: digest("certificate"),
    inputs: { registry: version, policy: version, history: version },
    requestDigest: digest("request"),
    outcome: "chosen",
    selected: { service: "ident", model: null },
    parent: null,
  };
}

function report(rates: Readonly<Record<string, readonly number[]>>): void {
  let bare = 1;
  for (const [name, found] of Object.entries(rates)) {
    const sorted = found.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    if (name.includes("bare")) bare = median;
    process.stdout.write(`${name.padEnd(50)} ${String(Math.round(median)).padStart(7)}/s  ${(median / bare).toFixed(2)}  (${sorted.map(Math.round).join(", ")})\n`);
  }
}

function sqlite(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "caio-rate-"));
  let files = 0;
  const next = (): string => join(folder, `${String(files++)}.db`);
  const bare = (rows: readonly string[], size: number): Promise<void> => {
    const db = new Database(next());
    db.exec("pragma journal_mode = wal; pragma synchronous = full; create table entry (at integer primary key, text text) strict");
    const insert = db.prepare("insert into entry (text) values (?)");
    for (let at = 0; at < rows.length; at += size) {
      db.exec("begin");
      for (const row of rows.slice(at, at + size)) insert.run([row]);
      db.exec("commit");
    }
    db.close();
    return Promise.resolve();
  };
  const end = (): Promise<void> => {
    rmSync(folder, { recursive: true });
    return Promise.resolve();
  };
  return Promise.resolve({ name: "sqlite", bare, stores: () => openSqlStores({ file: next() }), end });
}

async function postgres(): Promise<Measured> {
  const server = await PostgresServer.start();
  let schemas = 0;
  const bare = async (rows: readonly string[], size: number): Promise<void> => {
    const client = new pg.Client({ connectionString: server.url() });
    await client.connect();
    await client.query("drop table if exists entry; create table entry (at bigint generated always as identity primary key, text text)");
    const text = `insert into entry (text) values ${Array.from({ length: size }, (_, at) => `($${String(at + 1)})`).join(", ")}`;
    for (let at = 0; at < rows.length; at += size) {
      await client.query("begin");
      await client.query({ name: "insert", text, values: rows.slice(at, at + size) });
      await client.query("commit");
    }
    await client.end();
  };
  return { name: "postgres", bare, stores: () => openPostgresStores({ database: server.url(), schema: `s${String(schemas++)}`, instance: "a" }), end: () => server.stop() };
}

await main();
