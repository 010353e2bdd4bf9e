// Opening
export { openPostgresStores, type PostgresStoresOptions } from "./open-postgres-stores.ts";
export { openSqlStores, type SqlStoresOptions } from "./open-sql-stores.ts";
export type { SqlStores } from "./stores-over.ts";
export { openSqlThread } from "./thread/open-sql-thread.ts";
export { runStoreThread } from "./thread/run-store-thread.ts";

// What can go wrong
export { isStoreFault, storeFaults, type StoreFault } from "./engine/store-fault.ts";
