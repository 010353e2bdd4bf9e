// The gateway
export { openGateway, type Gateway } from "./gateway.ts";
export { asInstance, parseGatewayConfig, type GatewayConfig, type GatewayLimits, type LogLevel, type McpServer, type PostgresTerms, type ReplicaTerms, type TokenIssuer } from "./config/gateway-config.ts";
export type { GatewayCore } from "./wiring/gateway-core.ts";
export type { GatewayPorts, MonitorStore } from "./wiring/gateway-ports.ts";
export type { Fabric, FabricGauge, FabricParts } from "./wiring/fabric/fabric.ts";
export { openFabric, type FabricOptions } from "./wiring/fabric/open-fabric.ts";
export { openEncoder, type OpenedEncoder } from "./wiring/open-encoder.ts";
export { registrationOf } from "./wiring/contract-encodings.ts";
export type { EncoderTerms, EndpointTerms } from "./config/encoder-terms.ts";
export { executorsOf, type Environment } from "./wiring/executors.ts";
export type { NamedAudit } from "./wiring/quality/named-audits.ts";
export { qualityFile, type QualityEvidence, type QualityStore } from "./wiring/quality/quality-file.ts";
export { monitorFile } from "./wiring/watch/monitor-file.ts";
export { tokenDoorsOf } from "./wiring/tokens/token-doors.ts";
export { memoryStores, type BackupSource, type GatewayStores } from "./wiring/gateway-stores.ts";

// One of several instances
export type { InstanceCard, InstanceDirectory, InstanceLogStores, KnownInstance, StoredCosignature } from "./wiring/replicas/instance-directory.ts";
export { openPostgresRates, type PostgresRatesOptions } from "./wiring/replicas/open-postgres-rates.ts";
export type { ReplicaPorts } from "./wiring/replicas/replica-ports.ts";
export type { SharedKind, SharedNews, SharedRevisions } from "./wiring/replicas/shared-news.ts";
export type { SharedRates } from "./wiring/replicas/shared-rates.ts";
export { witnessFile } from "./wiring/replicas/witness-file.ts";

// What it tells of itself
export type { LogSink } from "./observability/request-log.ts";
export { openTracing } from "./observability/tracing/open-tracing.ts";
export type { CallSpan, IncomingRequest, RequestSpan, Tracing } from "./observability/tracing/tracing.ts";

// At the door
export { ADMIN, APPROVE, AUDIT, BACKUP, FEEDBACK, METRICS, type TokenDoor } from "./door/authenticate.ts";
export { httpStatus } from "./door/http-status.ts";

// Time and chance of this machine
export { systemClock, systemDoor } from "@caio/adapters/system";
