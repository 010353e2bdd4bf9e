import type { HistoryStore } from "@caio/contracts";
import type { RegistryStore } from "@caio/registry";
import type { PolicyStore } from "@caio/rules";
import type { BudgetLedger, KeyStore } from "@caio/security";
import type { CheckpointStore, DecisionKeyStore, RetentionStore, TraceStore } from "@caio/traceability";

import { SqlBackupStore, type BackupStore } from "./backup/sql-backup-store.ts";
import type { Engine } from "./engine/engine.ts";
import { checkLog } from "./log/check-log.ts";
import { SqlRetentionStore } from "./retention/sql-retention-store.ts";
import { SqlBudgetLedger } from "./stores/sql-budget-ledger.ts";
import { SqlCheckpointStore } from "./stores/sql-checkpoint-store.ts";
import { SqlDecisionKeyStore } from "./stores/sql-decision-key-store.ts";
import { SqlHistoryStore } from "./stores/sql-history-store.ts";
import { SqlKeyStore } from "./stores/sql-key-store.ts";
import { SqlPolicyStore } from "./stores/sql-policy-store.ts";
import { SqlRegistryStore } from "./stores/sql-registry-store.ts";
import { SqlTraceStore } from "./stores/sql-trace-store.ts";

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
  readonly backup: BackupStore;
  /** Waits for what is being written, then lets the database go. Writes that come later are refused. Closing twice is once. */
  close(): Promise<void>;
}

/** The stores over an engine whose schema is up to date, once its log holds. @throws CaioError; the engine is closed then */
export async function openStoresOver(engine: Engine): Promise<SqlStores> {
  try {
    await checkLog(engine.db);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return {
    registry: new SqlRegistryStore(engine),
    policies: new SqlPolicyStore(engine),
    keys: new SqlKeyStore(engine),
    budgets: new SqlBudgetLedger(engine),
    history: new SqlHistoryStore(engine),
    traces: new SqlTraceStore(engine),
    decisionKeys: new SqlDecisionKeyStore(engine),
    checkpoints: new SqlCheckpointStore(engine),
    retention: new SqlRetentionStore(engine),
    backup: new SqlBackupStore(engine),
    close: () => engine.close(),
  };
}
