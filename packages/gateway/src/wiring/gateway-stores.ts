import type { HistoryStore } from "@caio/contracts";
import { InMemoryHistoryStore } from "@caio/orchestrator";
import { MemoryRegistryStore, type RegistryStore } from "@caio/registry";
import { InMemoryPolicyStore, type PolicyStore } from "@caio/rules";
import { InMemoryBudgetLedger, InMemoryKeyStore, type BudgetLedger, type KeyStore } from "@caio/security";
import { InMemoryCheckpointStore, InMemoryDecisionKeyStore, InMemoryTraceStore, type CheckpointStore, type DecisionKeyStore, type RetentionStore, type TraceStore } from "@caio/traceability";

/** What makes copies of everything: who has begun one asks for piece after piece, and ends it. */
export interface BackupSource {
  /** @returns by which name its pieces are asked for */
  begin(options: { readonly at: number; readonly withoutOpenings?: boolean | undefined }): Promise<string>;
  /** The next piece; null after the last one. */
  next(id: string): Promise<Uint8Array | null>;
  end(id: string): Promise<void>;
}

/** All that a gateway keeps. */
export interface GatewayStores {
  readonly registry: RegistryStore;
  readonly policies: PolicyStore;
  readonly keys: KeyStore;
  readonly budgets: BudgetLedger;
  readonly history: HistoryStore;
  readonly traces: TraceStore;
  readonly checkpoints: CheckpointStore;
  readonly decisionKeys: DecisionKeyStore;
  /** Absent: everything is kept. */
  readonly retention?: RetentionStore;
  /** Absent: they cannot be copied. */
  readonly backup?: BackupSource;
  close(): Promise<void>;
}

/** Stores that end with the process: for tests and for trying things out. */
export function memoryStores(): GatewayStores {
  const decisionKeys = new InMemoryDecisionKeyStore();
  return {
    registry: new MemoryRegistryStore(),
    policies: new InMemoryPolicyStore(),
    keys: new InMemoryKeyStore(),
    budgets: new InMemoryBudgetLedger(),
    history: new InMemoryHistoryStore(),
    traces: new InMemoryTraceStore(decisionKeys),
    checkpoints: new InMemoryCheckpointStore(),
    decisionKeys,
    close: () => Promise.resolve(),
  };
}
