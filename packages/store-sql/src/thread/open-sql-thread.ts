import { Worker } from "node:worker_threads";

import type { SqlStoresOptions } from "../open-sql-stores.ts";
import type { SqlStores } from "../stores-over.ts";
import { storesBehind, StoreCalls } from "./call-stores.ts";

/** What it makes is soon gone: room for more of it would only be memory that the process holds. */
const LIMITS = { maxYoungGenerationSizeMb: 6 };

/**
 * `openSqlStores` in a thread of its own: the caller's thread goes on while a commit waits for the disk. The calls, their order and
 * their errors are the same.
 *
 * @throws CaioError as `openSqlStores`
 */
export async function openSqlThread(options: SqlStoresOptions): Promise<SqlStores> {
  // A thread does not take over the loader that reads sources: a program run from them has its stores in its own thread.
  if (import.meta.url.endsWith(".ts")) return await (await import("../open-sql-stores.ts")).openSqlStores(options);
  const worker = new Worker(new URL("../../bin/store-thread.js", import.meta.url), { workerData: options, name: "caio-store", resourceLimits: LIMITS });
  return await storesOfThread(worker, options.file);
}

/**
 * The stores that a thread serves, once it has opened them.
 *
 * @param file - for messages
 * @throws CaioError as `openSqlStores`; the thread has ended then
 */
export async function storesOfThread(worker: Worker, file: string): Promise<SqlStores> {
  const calls = new StoreCalls(worker, file);
  worker.on("error", (error) => { calls.break(error); });
  worker.on("exit", (code) => { calls.break(new Error(`The thread of the store ended (${String(code)}).`)); });
  const end = async (): Promise<void> => { await worker.terminate(); };
  try {
    await calls.opened();
  } catch (error) {
    await end();
    throw error;
  }
  return storesBehind(calls, end);
}
