export { freePorts } from "./free-ports.ts";
export { FakeEmbeddings, fakeVector, type EmbeddingsFault } from "./fake-embeddings.ts";
export { FakeOpenAiUpstream, type FakeOptions } from "./fake-openai-upstream.ts";
export { fakeTokens, streamFaults, type FakeWish, type StreamFault } from "./fake-wish.ts";
export { FakeOtlpCollector, type CollectedSpan } from "./fake-otlp-collector.ts";
export { installedPostgres, type InstalledPostgres } from "./postgres/installed-postgres.ts";
export { PostgresServer, sharedPostgres, type PostgresOptions } from "./postgres/postgres-server.ts";
export { installedNats, type InstalledNats } from "./nats/installed-nats.ts";
export { NatsServers, sharedNats, startNats, type NatsOptions } from "./nats/nats-server.ts";
