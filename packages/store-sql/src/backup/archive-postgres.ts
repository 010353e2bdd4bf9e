import { openReader } from "../engine/postgres/postgres-reader.ts";
import type { PostgresPlace } from "../engine/postgres/postgres-place.ts";
import { postgresSnapshot } from "./postgres-snapshot.ts";
import { writeArchive, type ArchiveOptions } from "./write-archive.ts";

/**
 * An archive of all instances of a schema in PostgreSQL, while they go on writing. It only reads, as a role may that can do nothing else.
 *
 * @throws CaioError `ServiceUnavailable` with the reason
 */
export async function* archivePostgres(place: Omit<PostgresPlace, "instance">, options: ArchiveOptions): AsyncGenerator<Uint8Array> {
  const reader = openReader(place);
  try {
    const snapshot = await postgresSnapshot(reader.db, reader.schema);
    try {
      yield* writeArchive(snapshot, options);
    } finally {
      await snapshot.close();
    }
  } finally {
    await reader.close();
  }
}
