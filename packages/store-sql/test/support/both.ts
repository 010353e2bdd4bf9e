import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";

import { onTestFinished } from "vitest";

import { openSqlStores, runStoreThread, type SqlStores } from "../../src/index.ts";
import { StoreCalls, storesBehind } from "../../src/thread/call-stores.ts";

/** A port as a test uses it. */
export interface Opened<T> {
  readonly port: T;
  /** The port after a restart: the same one where nothing outlives the process. */
  readonly reopen: () => Promise<T>;
}

/** One way to keep what a port keeps. */
export interface Kept<T> {
  readonly where: string;
  readonly open: () => Promise<Opened<T>>;
}

/** The ways that a port is kept: the same tests hold for all of them. */
export function both<T>(memory: () => T, sql: (stores: SqlStores) => T): readonly Kept<T>[] {
  return [
    {
      where: "memory",
      open: () => {
        const port = memory();
        return Promise.resolve({ port, reopen: () => Promise.resolve(port) });
      },
    },
    inSql(sql),
    inSql(sql, { where: "sql behind messages", openStores: openBehindMessages }),
  ];
}

/** The stores as their thread serves them, with both ends of the channel in this one. */
async function openBehindMessages(file: string): Promise<SqlStores> {
  const { port1, port2 } = new MessageChannel();
  const calls = new StoreCalls(port1, file);
  void runStoreThread(port2, { file });
  await calls.opened();
  return storesBehind(calls, () => {
    port2.close();
    return Promise.resolve();
  });
}

/** A port of a new file. */
export function inSql<T>(sql: (stores: SqlStores) => T, { where, openStores } = { where: "sql", openStores: openHere }): Kept<T> {
  return {
    where,
    open: async () => {
      const file = newFile();
      let stores = await openStores(file);
      onTestFinished(() => stores.close());
      const reopen = async (): Promise<T> => {
        await stores.close();
        stores = await openStores(file);
        return sql(stores);
      };
      return { port: sql(stores), reopen };
    },
  };
}

function openHere(file: string): Promise<SqlStores> {
  return openSqlStores({ file });
}

/** The path of a file that is not there yet, and goes with the test. */
export function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "caio-store-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return join(folder, "caio.db");
}
