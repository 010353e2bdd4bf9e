// Connections
export { NatsLink, type NatsLinkOptions } from "./connection/nats-link.ts";
export type { NatsCredentials } from "./connection/nats-credentials.ts";
export { subjectToken } from "./connection/subject-token.ts";

// The log as a stream
export { consumeDecisions, consumeLog, consumeOutcomes, type ConsumeOptions, type DecisionEntry, type ExpiredMessage, type LogGap, type LogMessage, type OutcomeEntry } from "./log/consume-log.ts";
export { LogPublisher, type LogPublisherOptions, type LogPublisherStanding, type LogSource, type SourceEntry } from "./log/log-publisher.ts";
export { POSITIONS_BUCKET } from "./log/position-keeper.ts";
export type { LogStreamTerms } from "./log/log-stream.ts";
export { filterSubject, logStream, logSubjects, type LogFilter } from "./log/log-subject.ts";

// The registry in a bucket
export { REGISTRY_BUCKET } from "./registry/registry-bucket.ts";
export { RegistryFollower, type RefusedService, type RegistryFollowerOptions, type RegistryFollowerStanding } from "./registry/registry-follower.ts";
export { RegistryPublisher, type RegistryPublisherOptions, type RegistryPublisherStanding } from "./registry/registry-publisher.ts";

// Services through NATS
export type { CallFaultReason } from "./services/call-fault.ts";
export { NatsExecutor, type NatsExecutorOptions } from "./services/nats-executor.ts";
export { serveOverNats, type NatsService, type ServeOptions } from "./services/serve-over-nats.ts";
export type { ServiceHandler } from "./services/service-handler.ts";
export { serviceSubject } from "./services/service-subject.ts";
