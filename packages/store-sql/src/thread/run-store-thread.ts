import type { MessagePort } from "node:worker_threads";

import { openSqlStores, type SqlStoresOptions } from "../open-sql-stores.ts";
import { serveStores } from "./serve-stores.ts";
import { errorText, type StoreReply } from "./store-message.ts";

/** What `bin/store-thread.js` runs: opens the stores, answers call 0 with how that went, and serves them over the port. */
export async function runStoreThread(port: MessagePort, options: SqlStoresOptions): Promise<void> {
  const say = (reply: StoreReply): void => { port.postMessage([reply]); };
  try {
    const stores = await openSqlStores(options);
    serveStores(stores, port);
    say({ id: 0, value: undefined });
  } catch (error) {
    say({ id: 0, error: errorText(error) });
  }
}
