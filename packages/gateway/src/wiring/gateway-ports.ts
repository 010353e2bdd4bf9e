import type { PropertyDefinition, ServiceExecutor } from "@caio/contracts";
import type { MaiaPort, ValueEstimator } from "@caio/control";
import type { Clock, MonitorSnapshot } from "@caio/guarantees";
import type { Door } from "@caio/orchestrator";
import type { Detector } from "@caio/security";
import type { SigningKey, VerifierKey } from "@caio/traceability";

import type { TokenDoor } from "../door/authenticate.ts";
import type { LogSink } from "../observability/request-log.ts";
import type { Tracing } from "../observability/tracing/tracing.ts";
import type { Fabric } from "./fabric/fabric.ts";
import type { GatewayStores } from "./gateway-stores.ts";
import type { OpenedEncoder } from "./open-encoder.ts";
import type { QualityStore } from "./quality/quality-file.ts";
import type { ReplicaPorts } from "./replicas/replica-ports.ts";

/** Where the evidence on services is kept over a restart. What is lost is gathered anew; until then H keeps its word. */
export interface MonitorStore {
  load(): Promise<MonitorSnapshot | undefined>;
  save(snapshot: MonitorSnapshot): Promise<void>;
}

/** What a gateway is given from outside. */
export interface GatewayPorts {
  readonly stores: GatewayStores;
  readonly executor: ServiceExecutor;
  readonly signingKey: SigningKey;
  /** Public keys that signed the log before this one. */
  readonly earlierKeys?: readonly VerifierKey[];
  readonly clock: Clock;
  readonly door: Door;
  readonly tokens?: readonly TokenDoor[];
  readonly maia?: MaiaPort;
  /** What texts are encoded with; absent: the hashing encoder. It is closed with the gateway. */
  readonly encoder?: OpenedEncoder;
  /** A fitted model of what pairs are worth, of the encoder's features (`learning.model`); absent: values are learned online alone. */
  readonly values?: ValueEstimator;
  readonly monitor?: MonitorStore;
  /** Absent: evidence on promised quality is gathered anew after a restart. */
  readonly quality?: QualityStore;
  /** Properties that contracts may promise and requests demand (`extendCatalogue`); absent: those that everyone knows. */
  readonly catalogue?: readonly PropertyDefinition[];
  /** What finds sensitive data beside the detectors that every gateway has: they only ever add labels. */
  readonly detectors?: readonly Detector[];
  /** Present: registry, policies, keys and budgets are shared with other instances. */
  readonly replica?: ReplicaPorts;
  /** Where the log goes; absent: standard output. */
  readonly log?: LogSink;
  /** Absent: nothing is traced. */
  readonly tracing?: Tracing;
  /** Absent: this gateway is alone. */
  readonly fabric?: Fabric;
  /** The folder of the built dashboard (`dashboardFolder` of `@caio/dashboard`); absent: `/dashboard/` says how to have it. */
  readonly pages?: URL;
  /** Told of what went wrong beside a request and did not end it. */
  readonly onFault?: (where: string, fault: unknown) => void;
}
