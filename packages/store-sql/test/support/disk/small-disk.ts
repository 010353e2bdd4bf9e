import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { isCaioError } from "@caio/core";
import { installedPostgres, PostgresServer } from "@caio/fakes";
import { TraceabilitySystem } from "@caio/traceability";

import { openPostgresStores, openSqlStores, type SqlStores } from "../../../src/index.ts";
import { decision } from "../records.ts";

/** What a scenario found, as a line of JSON on standard output. */
export interface DiskReport {
  /** Decisions that were confirmed before the disk was full, and after there was room again. */
  readonly before: number;
  readonly after: number;
  /** Why appends were refused while it was full, each reason once. */
  readonly refused: readonly string[];
  /** Whether the log holds, and holds all that was confirmed, at the end and after a restart. */
  readonly holds: readonly boolean[];
  /** What was said of a disk that cannot be written, and whether all is well after it can be again. */
  readonly readOnly: readonly string[];
}

/** A store on a disk that others fill. */
interface OnDisk {
  readonly folder: string;
  open(): Promise<SqlStores>;
  /** Makes it one that cannot be written, or one that can. */
  setReadOnly(on: boolean): Promise<void>;
  /** Uses what was set aside. */
  exhaust(): Promise<void>;
  /** Brings back what a full disk ended. */
  revive(): Promise<void>;
  end(): Promise<void>;
}

const [, , scenario = "", places = ""] = process.argv;
const LEFT = 400_000;

/** A disk in memory, in the mounts of this process alone. */
function smallDisk(megabytes: number): string {
  const folder = mkdtempSync(join(places, "disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${String(megabytes)}m`, "tmpfs", folder]);
  return folder;
}

async function onDisk(scenario: string): Promise<OnDisk> {
  const folder = smallDisk(scenario === "sqlite" ? 8 : 160);
  if (scenario === "sqlite") return sqliteOn(folder);
  return scenario === "postgres" ? await tablesOn(folder) : await serverOn(folder);
}

function sqliteOn(folder: string): OnDisk {
  // The same disk by another way, by which nobody writes.
  const readOnly = mkdtempSync(join(places, "disk-"));
  execFileSync("mount", ["--bind", folder, readOnly]);
  execFileSync("mount", ["-o", "remount,bind,ro", readOnly]);
  let place = folder;
  return {
    folder,
    open: () => openSqlStores({ file: join(place, "caio.db") }),
    setReadOnly: (on) => {
      place = on ? readOnly : folder;
      return Promise.resolve();
    },
    exhaust: () => Promise.resolve(),
    revive: () => Promise.resolve(),
    end: () => Promise.resolve(),
  };
}

/** Only the tables are on the small disk. */
async function tablesOn(folder: string): Promise<OnDisk> {
  const server = await PostgresServer.start();
  const space = join(folder, "tables");
  mkdirSync(space);
  giveAway(space);
  await server.query(`create tablespace small location '${space}'`);
  await server.query("alter database postgres set default_tablespace = small");
  return { folder, ...postgresOn(server), exhaust: () => Promise.resolve(), revive: () => Promise.resolve() };
}

/** All of the server is on the small disk: when it cannot write its log, it ends. */
async function serverOn(folder: string): Promise<OnDisk> {
  giveAway(folder);
  const server = await PostgresServer.start({ parent: folder, settings: { max_wal_size: "64MB", min_wal_size: "32MB" } });
  const exhaust = async (): Promise<void> => {
    // Segments of the write-ahead log are made before they are needed.
    for (let segment = 0; segment < 50; segment++) {
      const goesOn = await server.query("create table each (); drop table each; select pg_switch_wal()").then(() => true, () => false);
      if (!goesOn) return;
    }
  };
  return { folder, ...postgresOn(server), exhaust, revive: () => server.restart() };
}

function postgresOn(server: PostgresServer): Pick<OnDisk, "open" | "setReadOnly" | "end"> {
  return {
    open: () => openPostgresStores({ database: server.url(), instance: "a", busyTimeoutMs: 10_000, patienceMs: 300 }),
    setReadOnly: async (on) => {
      const mayWrite = `postgres?options=${encodeURIComponent("-c default_transaction_read_only=off")}`;
      await server.query(`alter system set default_transaction_read_only = ${on ? "on" : "off"}`, mayWrite);
      await server.query("select pg_reload_conf()", mayWrite);
    },
    end: () => server.stop(),
  };
}

function giveAway(path: string): void {
  const installed = installedPostgres();
  if ("user" in installed && installed.user !== undefined) chownSync(path, installed.user.uid, installed.user.gid);
}

async function run(scenario: string): Promise<DiskReport> {
  const disk = await onDisk(scenario);
  try {
    const readOnly = await whileReadOnly(disk);
    const stores = await disk.open();
    const traces = await TraceabilitySystem.open(stores.traces);
    const first = traces.head.size;
    await append(traces, 20, "early");
    fillUp(disk.folder);
    await disk.exhaust();
    const refused = new Set<string>();
    // Many, since what was set aside before may hold some; and some more, once it refuses.
    for (let round = 0, more = 5; round < 4000 && more > 0; round++) {
      const reason = await append(traces, 10, `full-${String(round)}`);
      if (reason !== undefined) refused.add(reason);
      if (refused.size > 0) more -= 1;
    }
    const before = traces.head.size - first;
    rmSync(join(disk.folder, "ballast"));
    await disk.revive();
    await appendAtLast(traces);
    const holds = [await holdsAll(traces)];
    const { size } = traces.head;
    await stores.close();
    const again = await disk.open();
    const reopened = await TraceabilitySystem.open(again.traces);
    holds.push((await holdsAll(reopened)) && reopened.head.size === size);
    await again.close();
    return { before, after: size - first - before, refused: [...refused].sort(), holds, readOnly };
  } finally {
    await disk.end();
  }
}

/** Opens a store, makes its disk read-only, and then not. */
async function whileReadOnly(disk: OnDisk): Promise<readonly string[]> {
  const said: string[] = [];
  const opened = async (): Promise<void> => {
    try {
      const stores = await disk.open();
      const traces = await TraceabilitySystem.open(stores.traces);
      said.push((await append(traces, 3, `ro-${String(said.length)}`)) ?? "kept");
      await stores.close();
    } catch (error) {
      said.push(reasonOf(error));
    }
  };
  await opened();
  await disk.setReadOnly(true);
  await opened();
  await disk.setReadOnly(false);
  await opened();
  return said;
}

/** Everything but a little is taken. */
function fillUp(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, "ballast"), Buffer.alloc(Math.max(0, bavail * bsize - LEFT)));
}

/** Why some were refused; undefined: all are kept. */
async function append(traces: TraceabilitySystem, count: number, name: string): Promise<string | undefined> {
  const done = await Promise.allSettled(Array.from({ length: count }, (_, at) => traces.appendDecision("acme", decision(`${name}-${String(at)}`))));
  const lost = done.find((each) => each.status === "rejected");
  return lost === undefined ? undefined : reasonOf(lost.reason);
}

function reasonOf(error: unknown): string {
  if (!isCaioError(error)) return `untyped: ${String(error)}`;
  const reason = error.details["reason"];
  return `${error.code} ${typeof reason === "string" ? reason : "for no reason"}`;
}

/** Also a first try that only finds out what became of the last one before. */
async function appendAtLast(traces: TraceabilitySystem): Promise<void> {
  for (let time = 0; time < 3; time++) await append(traces, 10, `late-${String(time)}`);
  const reason = await append(traces, 10, "last");
  if (reason !== undefined) throw new Error(`There is room again, and still it is refused: ${reason}`);
}

async function holdsAll(traces: TraceabilitySystem): Promise<boolean> {
  return (await traces.verify()).holds;
}

process.stdout.write(`${JSON.stringify(await run(scenario))}\n`);
