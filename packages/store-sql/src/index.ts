// Opening
export { openPostgresStores, type PostgresStoresOptions } from "./open-postgres-stores.ts";
export { openSqlStores, type SqlStoresOptions } from "./open-sql-stores.ts";
export type { SqlStores } from "./stores-over.ts";
export { storeVersion, type StoreVersion } from "./schema/store-version.ts";
export { openSqlThread } from "./thread/open-sql-thread.ts";
export { runStoreThread } from "./thread/run-store-thread.ts";

// Copies
export { archiveOf, type BackupStore } from "./backup/sql-backup-store.ts";
export { archivePostgres } from "./backup/archive-postgres.ts";
export { restoreArchive, verifyArchive, type ArchiveSource, type RestoreOptions } from "./backup/restore-archive.ts";
export { signedHeadOf, type SignedHead } from "./log/signed-head.ts";
export type { ArchiveHeader, ArchiveLog } from "./backup/archive-format.ts";
export type { ArchiveOptions } from "./backup/write-archive.ts";
export type { ArchiveSummary } from "./backup/read-archive.ts";
export type { PostgresRestorePlace } from "./backup/postgres-target.ts";

// Several instances over one database
export { openReplicaLinks, type ReplicaLinks, type ReplicaLinksOptions, type Revisions } from "./replicas/open-replica-links.ts";
export type { AnnouncedInstance, ListedInstance, SqlInstanceDirectory } from "./replicas/sql-instance-directory.ts";
export type { InstanceLog } from "./replicas/instance-log.ts";

// What can go wrong
export { isStoreFault, storeFaults, type StoreFault } from "./engine/store-fault.ts";
