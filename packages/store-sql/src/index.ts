// Opening
export { openSqlStores, type SqlStores, type SqlStoresOptions } from "./open-sql-stores.ts";

// What can go wrong
export { isStoreFault, storeFaults, type StoreFault } from "./engine/store-fault.ts";
