import type { HistoryStore } from "@caio/contracts";
import type { RegistryStore } from "@caio/registry";
import type { PolicyStore } from "@caio/rules";
import type { BudgetLedger, KeyStore } from "@caio/security";
import type { CheckpointStore, DecisionKeyStore, RetentionStore, TraceStore } from "@caio/traceability";

import type { Engine } from "./engine/engine.ts";
import { OneAtATime } from "./engine/one-at-a-time.ts";
import { sqliteEngine } from "./engine/sqlite-engine.ts";
import { DEFAULT_BUSY_TIMEOUT_MS } from "./engine/sqlite-file.ts";
import { checkLog } from "./log/check-log.ts";
import { SqlRetentionStore } from "./retention/sql-retention-store.ts";
import { migrate } from "./schema/migrate.ts";
import { SqlBudgetLedger } from "./stores/sql-budget-ledger.ts";
import { SqlCheckpointStore } from "./stores/sql-checkpoint-store.ts";
import { SqlDecisionKeyStore } from "./stores/sql-decision-key-store.ts";
import { SqlHistoryStore } from "./stores/sql-history-store.ts";
import { SqlKeyStore } from "./stores/sql-key-store.ts";
import { SqlPolicyStore } from "./stores/sql-policy-store.ts";
import { SqlRegistryStore } from "./stores/sql-registry-store.ts";
import { SqlTraceStore } from "./stores/sql-trace-store.ts";

export interface SqlStoresOptions {
  /** Path of the file; made, for its owner alone, if it is not there. Its folder must be. */
  readonly file: string;
  /** How long opening waits for another process to let the file go, milliseconds; default 1000. */
  readonly busyTimeoutMs?: number;
}

/** All ports over one database. What a call has kept when it resolves survives the end of the process and of the power. */
export interface SqlStores {
  readonly registry: RegistryStore;
  readonly policies: PolicyStore;
  readonly keys: KeyStore;
  readonly budgets: BudgetLedger;
  readonly history: HistoryStore;
  readonly traces: TraceStore;
  readonly decisionKeys: DecisionKeyStore;
  readonly checkpoints: CheckpointStore;
  readonly retention: RetentionStore;
  /** Waits for what is being written, then lets the file go. Writes that come later are refused. Closing twice is once. */
  close(): Promise<void>;
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
    await checkLog(engine.db);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return storesOver(engine);
}

function storesOver(engine: Engine): SqlStores {
  return {
    registry: new SqlRegistryStore(engine),
    policies: new SqlPolicyStore(engine),
    keys: new SqlKeyStore(engine),
    budgets: new SqlBudgetLedger(engine),
    history: new SqlHistoryStore(engine),
    traces: new SqlTraceStore(engine),
    decisionKeys: new SqlDecisionKeyStore(engine),
    checkpoints: new SqlCheckpointStore(engine),
    retention: new SqlRetentionStore(engine, new OneAtATime()),
    close: () => engine.close(),
  };
}
