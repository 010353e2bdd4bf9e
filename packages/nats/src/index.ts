// Connections
export { NatsLink, type NatsLinkOptions } from "./connection/nats-link.ts";
export type { NatsCredentials } from "./connection/nats-credentials.ts";
export { subjectToken } from "./connection/subject-token.ts";

// The log as a stream
export { consumeDecisions, consumeLog, consumeOutcomes, type ConsumeOptions, type DecisionEntry, type LogGap, type LogMessage, type OutcomeEntry } from "./log/consume-log.ts";
export { LogPublisher, type LogPublisherOptions, type LogPublisherStanding, type LogSource } from "./log/log-publisher.ts";
export type { LogStreamTerms } from "./log/log-stream.ts";
export { filterSubject, logStream, logSubjects, type LogFilter } from "./log/log-subject.ts";
