import type { ServiceExecutor } from "@caio/contracts";
import type { SnapshotFreshness } from "@caio/orchestrator";
import type { ServiceRegistry } from "@caio/registry";
import type { TraceabilitySystem, TraceStore } from "@caio/traceability";

/** A number that the gateway's metrics show. */
export interface FabricGauge {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

/** The parts of a gateway that others may see through the fabric. */
export interface FabricParts {
  readonly registry: ServiceRegistry;
  readonly traces: TraceabilitySystem;
  readonly store: TraceStore;
}

/** What connects a gateway with others beside requests. None of it is waited for: a gateway decides as well without. */
export interface Fabric {
  /** Of the protocols that it carries. Whoever owns the gateway closes them. */
  readonly executors: readonly ServiceExecutor[];
  /** The registry is another gateway's, and must not be changed here. */
  readonly followsRegistry: boolean;
  /** How old what is followed is; absent: nothing is. */
  readonly freshness?: () => SnapshotFreshness;
  readonly gauges: readonly FabricGauge[];
  /** Begins; waits for nothing. */
  start(parts: FabricParts): void;
  stop(): Promise<void>;
}
