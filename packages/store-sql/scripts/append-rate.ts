import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { digest } from "@caio/core";
import { TraceabilitySystem, type TraceBody } from "@caio/traceability";
import Database from "libsql";

import { openSqlStores } from "../src/index.ts";

const RUNS = 5;
const SINGLE = 400;
const BATCHES = 60;
const BATCH = 100;

/** An entry of the size that decisions have. */
const text = JSON.stringify({ kind: "decision", tenant: "acme", body: { filler: "x".repeat(780) }, prev: digest("before") });

/** Appends per second, durable each, median of the runs. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "caio-rate-"));
  try {
    const rates: Record<string, number[]> = {};
    for (let run = 0; run < RUNS; run++) {
      note(rates, "bare table, one a commit", await bare(join(folder, `bare-1-${String(run)}.db`), SINGLE, 1));
      note(rates, "bare table, 100 a commit", await bare(join(folder, `bare-100-${String(run)}.db`), BATCHES, BATCH));
      note(rates, "TraceStore, one a commit", await store(join(folder, `store-1-${String(run)}.db`), SINGLE, 1));
      note(rates, "TraceStore, 100 a commit", await store(join(folder, `store-100-${String(run)}.db`), BATCHES, BATCH));
      note(rates, "TraceabilitySystem, one at a time", await system(join(folder, `system-1-${String(run)}.db`), SINGLE, 1));
      note(rates, "TraceabilitySystem, 100 at a time", await system(join(folder, `system-100-${String(run)}.db`), BATCHES, BATCH));
    }
    for (const [name, found] of Object.entries(rates)) {
      const sorted = found.toSorted((a, b) => a - b).map(Math.round);
      process.stdout.write(`${name.padEnd(36)} ${String(sorted[Math.floor(RUNS / 2)])}/s (${sorted.join(", ")})\n`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function note(rates: Record<string, number[]>, name: string, rate: number): void {
  (rates[name] ??= []).push(rate);
}

async function perSecond(count: number, action: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await action();
  return (count * 1000) / (performance.now() - start);
}

async function bare(file: string, commits: number, size: number): Promise<number> {
  const db = new Database(file);
  db.exec("pragma journal_mode = wal; pragma synchronous = full; create table entry (at integer primary key, text text) strict");
  const insert = db.prepare("insert into entry (text) values (?)");
  const rate = await perSecond(commits * size, () => {
    for (let commit = 0; commit < commits; commit++) {
      db.exec("begin");
      for (let at = 0; at < size; at++) insert.run([text]);
      db.exec("commit");
    }
    return Promise.resolve();
  });
  db.close();
  return rate;
}

async function store(file: string, commits: number, size: number): Promise<number> {
  const stores = await openSqlStores({ file });
  const keys = { kind: "decision", tenant: "acme", decisionId: digest("d"), service: "ident", time: 1_764_000_000_000 } as const;
  const entries = Array.from({ length: size }, () => ({ text, keys, certificate: null }));
  const rate = await perSecond(commits * size, async () => {
    for (let commit = 0; commit < commits; commit++) await stores.traces.append(commit * size, entries);
  });
  await stores.close();
  return rate;
}

async function system(file: string, rounds: number, size: number): Promise<number> {
  const stores = await openSqlStores({ file });
  const traces = await TraceabilitySystem.open(stores.traces);
  const version = { version: 1, digest: digest("version") };
  const body: TraceBody = {
    decisionId: digest("decision"),
    now: 1_764_000_000_000,
    certificate: digest("certificate"),
    inputs: { registry: version, policy: version, history: version },
    requestDigest: digest("request"),
    outcome: "chosen",
    selected: { service: "ident", model: null },
    parent: null,
  };
  const rate = await perSecond(rounds * size, async () => {
    for (let round = 0; round < rounds; round++) {
      await Promise.all(Array.from({ length: size }, () => traces.appendDecision("acme", body)));
    }
  });
  await stores.close();
  return rate;
}

await main();
