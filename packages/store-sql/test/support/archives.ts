import { archiveOf, restoreArchive, type ArchiveOptions, type ArchiveSource, type ArchiveSummary, type RestoreOptions, type SqlStores } from "../../src/index.ts";
import { PostgresTestDatabase, SqliteTestDatabase, type TestDatabase } from "./databases.ts";

/** When archives of tests are made. */
export const MADE_AT = 1_764_000_000_000;

/** The whole archive of a store. */
export async function archived(stores: SqlStores, options: Partial<ArchiveOptions> = {}): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of archiveOf(stores.backup, { at: MADE_AT, ...options })) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Bytes as a file would give them. */
export function sourceOf(bytes: Uint8Array, piece = 1000): ArchiveSource {
  return {
    place: "archive",
    // eslint-disable-next-line @typescript-eslint/require-await -- as streams are
    open: async function* () {
      for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
    },
  };
}

/** Where a test's database is, for a restore. */
function placeOf(database: TestDatabase): RestoreOptions["to"] {
  if (database instanceof SqliteTestDatabase) return { file: database.file };
  if (database instanceof PostgresTestDatabase) return { postgres: { database: database.server.url(), schema: database.schema, instance: "a" } };
  throw new Error("No such database.");
}

/** Restores into a database of a test. */
export async function restored(bytes: Uint8Array, database: TestDatabase, options: Omit<RestoreOptions, "to"> = {}): Promise<ArchiveSummary> {
  return await restoreArchive(sourceOf(bytes), { to: placeOf(database), ...options });
}

/** The lines of an archive, changed, with a last line that fits them again. */
export function forged(bytes: Uint8Array, change: (lines: readonly string[]) => readonly string[], hash: (text: string) => string): Buffer {
  const lines = Buffer.from(bytes).toString().split("\n").slice(0, -2);
  const text = `${change(lines).join("\n")}\n`;
  const rows = text.split("\n").filter((line) => line.startsWith("[")).length;
  return Buffer.from(`${text}${JSON.stringify({ rows, sha256: hash(text) })}\n`);
}
