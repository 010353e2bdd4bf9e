// Opening
export { openPostgresStores, type PostgresStoresOptions } from "./open-postgres-stores.ts";
export { openSqlStores, type SqlStoresOptions } from "./open-sql-stores.ts";
export type { SqlStores } from "./stores-over.ts";
export { openSqlThread } from "./thread/open-sql-thread.ts";
export { runStoreThread } from "./thread/run-store-thread.ts";

// Several instances over one database
export { openReplicaLinks, type ReplicaLinks, type ReplicaLinksOptions, type Revisions } from "./replicas/open-replica-links.ts";
export type { AnnouncedInstance, ListedInstance, SqlInstanceDirectory } from "./replicas/sql-instance-directory.ts";
export type { InstanceLog } from "./replicas/instance-log.ts";

// What can go wrong
export { isStoreFault, storeFaults, type StoreFault } from "./engine/store-fault.ts";
