import { postgresEngine } from "./engine/postgres/postgres-engine.ts";
import { readPlace, type PostgresPlace, type PostgresTuning } from "./engine/postgres/postgres-place.ts";
import { openStoresOver, type SqlStores } from "./stores-over.ts";

export interface PostgresStoresOptions extends PostgresPlace, Partial<PostgresTuning> {}

const DEFAULTS: PostgresTuning = { busyTimeoutMs: 1000, patienceMs: 5000, answerMs: 60_000, readers: 4 };

/**
 * Opens the stores of one instance in PostgreSQL 15 or newer. Registry, policies, API keys and budgets are those of all instances of the
 * schema; history, log, checkpoints and decision keys are this instance's own, for this process alone. Brings the schema up to date and
 * holds the log against its head and its newest checkpoint.
 *
 * @throws CaioError with `details.reason`, one of `storeFaults`, or `InvalidRequest` for a name that is none; nothing is left open then
 *
 * @example
 * ```ts
 * import { openPostgresStores } from "@caio/store-sql";
 * import { TraceabilitySystem } from "@caio/traceability";
 *
 * const stores = await openPostgresStores({ database: "postgres://caio@127.0.0.1:5432/caio", instance: "a" });
 * const traces = await TraceabilitySystem.open(stores.traces);
 * console.log(traces.head.size);
 * await stores.close();
 * ```
 */
export async function openPostgresStores({ database, schema, instance, ...tuning }: PostgresStoresOptions): Promise<SqlStores> {
  const place = readPlace({ database, instance, ...(schema === undefined ? {} : { schema }) });
  return await openStoresOver(await postgresEngine(place, { ...DEFAULTS, ...tuning }));
}
