import { DEFAULT_BUSY_TIMEOUT_MS } from "../engine/sqlite-file.ts";
import { sqliteEngine } from "../engine/sqlite-engine.ts";
import { doneMigrations, isUpToDate, knowsMigration } from "./migrate.ts";

/** Which version of CAIO has written a store, beside this one. */
export type StoreVersion = "older" | "current" | "newer";

/**
 * Looks at the file of a store and brings nothing up to date: opening it would.
 *
 * @throws CaioError with `details.reason`, one of `storeFaults`; nothing is left open then
 */
export async function storeVersion(file: string): Promise<StoreVersion> {
  const engine = sqliteEngine(file, DEFAULT_BUSY_TIMEOUT_MS);
  try {
    const done = (await Promise.all(engine.homes.map((home) => doneMigrations(engine.db, home)))).flat();
    if (!done.every(knowsMigration)) return "newer";
    return isUpToDate(done) ? "current" : "older";
  } finally {
    await engine.close();
  }
}
