import { sqliteEngine } from "./engine/sqlite-engine.ts";
import { DEFAULT_BUSY_TIMEOUT_MS } from "./engine/sqlite-file.ts";
import { migrate } from "./schema/migrate.ts";
import { openStoresOver, type SqlStores } from "./stores-over.ts";

export interface SqlStoresOptions {
  /** Path of the file; made, for its owner alone, if it is not there. Its folder must be. */
  readonly file: string;
  /** How long opening waits for another process to let the file go, milliseconds; default 1000. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens the stores of one file, for this process alone: brings its schema up to date and holds its log against the head and the
 * newest checkpoint that were kept with it.
 *
 * @throws CaioError with `details.reason`, one of `storeFaults`; nothing is left open then
 *
 * @example
 * ```ts
 * import { ServiceRegistry } from "@caio/registry";
 * import { openSqlStores } from "@caio/store-sql";
 * import { TraceabilitySystem } from "@caio/traceability";
 *
 * const stores = await openSqlStores({ file: "caio.db" });
 * const registry = await ServiceRegistry.open(stores.registry);
 * const traces = await TraceabilitySystem.open(stores.traces);
 * console.log(registry.snapshot().size, traces.head.size);
 * await stores.close();
 * ```
 */
export async function openSqlStores({ file, busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS }: SqlStoresOptions): Promise<SqlStores> {
  const engine = sqliteEngine(file, busyTimeoutMs);
  try {
    await migrate(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return await openStoresOver(engine);
}
