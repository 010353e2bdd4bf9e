import { closeSync, existsSync, openSync } from "node:fs";

import Database from "libsql";

import type { NativeConnection } from "./sqlite-connection.ts";
import { asStoreError, storeError } from "./store-fault.ts";

/** "CAIO" in ASCII: marks the file as a store (SQLite file format, offset 68). */
const APPLICATION_ID = 0x4341494f;

/** Time that a read or write waits for a lock, milliseconds. Only an open ever meets one. */
export const DEFAULT_BUSY_TIMEOUT_MS = 1000;

/**
 * Opens the file for this process alone: WAL, synchronous=FULL, foreign keys, erased bytes overwritten. The lock is the
 * operating system's, so it ends with the process, however that ends.
 *
 * @throws CaioError with `details.reason` `cannot_open`, `locked`, `read_only`, `not_a_store`, `corrupt`, `io` or `disk_full`
 */
export function openSqliteFile(file: string, busyTimeoutMs: number): NativeConnection {
  if (file === "" || file === ":memory:" || file.startsWith("file:")) throw storeError("cannot_open", file);
  const made = createPrivate(file);
  const native = connect(file);
  try {
    native.exec(`pragma busy_timeout = ${String(busyTimeoutMs)}`);
    requireOurs(native, file);
    if (!made) native.exec("begin immediate; rollback");
    // Read once while locks are shared, and only then ask for the file alone: otherwise SQLite never gives it back.
    native.exec("pragma journal_mode = wal");
    pragma(native, "schema_version");
    native.exec("pragma locking_mode = exclusive; begin immediate; commit");
    native.exec("pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on");
    if (pragma(native, "application_id") === 0) native.exec(`pragma application_id = ${String(APPLICATION_ID)}`);
    requireSound(native, file);
    return native;
  } catch (error) {
    release(native);
    throw asStoreError(error, file);
  }
}

/**
 * Puts what was written into the file itself and empties the WAL, so that nothing erased is left in it.
 *
 * @throws what the library throws
 */
export function emptyWal(native: NativeConnection): void {
  native.prepare("pragma wal_checkpoint(truncate)").all([]);
}

/**
 * Lets the next one in, and leaves one whole file behind. The library's statements keep a connection alive until they are
 * collected, and in WAL mode an idle connection holds a lock: so the mode ends first.
 */
export function release(native: NativeConnection): void {
  try {
    native.exec("pragma busy_timeout = 0");
    emptyWal(native);
    pragma(native, "locking_mode = normal");
    pragma(native, "journal_mode = delete");
    pragma(native, "schema_version");
  } catch {
    // A file that cannot be written cannot be tidied, and is let go as it is.
  }
  native.close();
}

function connect(file: string): NativeConnection {
  try {
    return new Database(file);
  } catch (error) {
    throw asStoreError(error, file);
  }
}

/** A new file holds hashes of keys: only its owner may read it. True if it was made. */
function createPrivate(file: string): boolean {
  if (existsSync(file)) return false;
  try {
    closeSync(openSync(file, "wx", 0o600));
    return true;
  } catch (cause) {
    throw storeError("cannot_open", file, { cause });
  }
}

function requireOurs(native: NativeConnection, file: string): void {
  const id = pragma(native, "application_id");
  if (id === APPLICATION_ID || (id === 0 && pragma(native, "schema_version") === 0)) return;
  throw storeError("not_a_store", file);
}

function requireSound(native: NativeConnection, file: string): void {
  const [row] = native.prepare("pragma quick_check(1)").all([]);
  if (valueOf(row) !== "ok") throw storeError("corrupt", file);
}

function pragma(native: NativeConnection, name: string): unknown {
  return valueOf(native.prepare(`pragma ${name}`).all([])[0]);
}

function valueOf(row: unknown): unknown {
  return typeof row === "object" && row !== null ? Object.values(row)[0] : undefined;
}
