import { MessageChannel } from "node:worker_threads";

import { onTestFinished } from "vitest";

import { runStoreThread, type SqlStores } from "../../src/index.ts";
import { StoreCalls, storesBehind } from "../../src/thread/call-stores.ts";
import { databaseKinds, newFile } from "./databases.ts";

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
    ...inSql(sql),
    behindMessages(sql),
  ];
}

/** A port of a new database, of every kind. */
export function inSql<T>(sql: (stores: SqlStores) => T): readonly Kept<T>[] {
  return databaseKinds.map(({ where, make }) => {
    return {
      where,
      open: async () => {
        const database = await make();
        return await keptBy(() => database.open(), sql);
      },
    };
  });
}

/** The stores as their thread serves them, with both ends of the channel in this one. */
function behindMessages<T>(sql: (stores: SqlStores) => T): Kept<T> {
  const openStores = async (file: string): Promise<SqlStores> => {
    const { port1, port2 } = new MessageChannel();
    const calls = new StoreCalls(port1, file);
    void runStoreThread(port2, { file });
    await calls.opened();
    return storesBehind(calls, () => {
      port2.close();
      return Promise.resolve();
    });
  };
  return {
    where: "sqlite behind messages",
    open: async () => {
      const file = newFile();
      return await keptBy(() => openStores(file), sql);
    },
  };
}

async function keptBy<T>(openStores: () => Promise<SqlStores>, sql: (stores: SqlStores) => T): Promise<Opened<T>> {
  let stores = await openStores();
  onTestFinished(() => stores.close());
  const reopen = async (): Promise<T> => {
    await stores.close();
    stores = await openStores();
    return sql(stores);
  };
  return { port: sql(stores), reopen };
}
