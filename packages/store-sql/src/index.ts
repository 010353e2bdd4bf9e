// Opening
export { openSqlStores, type SqlStores, type SqlStoresOptions } from "./open-sql-stores.ts";
export { openSqlThread } from "./thread/open-sql-thread.ts";
export { runStoreThread } from "./thread/run-store-thread.ts";

// What can go wrong
export { isStoreFault, storeFaults, type StoreFault } from "./engine/store-fault.ts";
