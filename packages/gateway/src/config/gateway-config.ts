import { decimal, id, integer, mapping, namedMapping, readDocument, valueOrThrow, type DocumentForm, type ParseOptions, type ParseResult } from "@caio/contracts";
import { CaioError } from "@caio/core";
import { z } from "zod";

import { encoderTerms, type EncoderTerms } from "./encoder-terms.ts";
import { learningTerms, type LearningTerms } from "./learning-terms.ts";
import { natsTerms, type NatsTerms } from "./nats-terms.ts";
import { qualityTerms, type QualityGuarantee } from "./quality-terms.ts";
import { instanceName, postgresTerms, replicaTerms, type PostgresTerms, type ReplicaTerms } from "./replica-terms.ts";
import { retentionTerms, type RetentionTerms } from "./retention-terms.ts";
import { telemetryTerms, type TelemetryTerms } from "./telemetry-terms.ts";

export type { PostgresTerms, ReplicaTerms, TelemetryTerms };

/** Input tokens that a picture, a sound or a file in a chat message is taken to count, unless the operator says another number. */
export const DEFAULT_TOKENS_PER_PART = 4096;

/** Where the gateway listens and what it works with: `caio.yaml`. Paths are relative to the file. */
export interface GatewayConfig {
  readonly listen: { readonly host: string; readonly port: number };
  /** The folder of the signing key, and of the store if that is a file. Instances over one database have a folder each in it, by their names. */
  readonly data: string;
  /** The name of the log on its checkpoints; that of an instance comes after it. */
  readonly origin: string;
  /** Absent: a file in `data`. */
  readonly store?: PostgresTerms | undefined;
  /** The name of this one of several instances over one database. */
  readonly instance?: string | undefined;
  readonly replicas: ReplicaTerms;
  /** What is read at every start; absent: only what is in the store. */
  readonly contracts?: string | undefined;
  readonly policy?: string | undefined;
  readonly policies?: string | undefined;
  /** MCP servers over stdio that contracts may name: only the operator says what is run. */
  readonly mcpServers: Readonly<Record<string, McpServer>>;
  /** References that contracts may use for secrets, such as `env:OPENAI_API_KEY`. */
  readonly secrets: readonly string[];
  /** Origins that may be called whatever their address, such as `http://10.0.0.7:8000`. */
  readonly egress: readonly string[];
  readonly tokens: readonly TokenIssuer[];
  readonly limits: GatewayLimits;
  readonly circuits: CircuitLimits;
  readonly approvals: ApprovalTimes;
  readonly retries: RetryLimits;
  /** Absent: everything is kept. */
  readonly retention?: RetentionTerms | undefined;
  /** Promises of quality, one a policy. */
  readonly quality: readonly QualityGuarantee[];
  readonly learning: LearningTerms;
  /** False: no certificates, no log of decisions, no receipts. */
  readonly record: boolean;
  /** Decide and log, while the model that the caller names serves. */
  readonly shadow: boolean;
  /** How many of the last requests are kept in memory, to be decided again with drafts of policies and contracts; 0: none. */
  readonly whatIf: { readonly requests: number };
  /** Whether the dashboard is served under `/dashboard/`. */
  readonly dashboard: boolean;
  readonly log: { readonly level: LogLevel };
  readonly telemetry: TelemetryTerms;
  readonly encoder: EncoderTerms;
  /** Absent: the gateway has nothing to do with NATS. */
  readonly nats?: NatsTerms | undefined;
}

export interface McpServer {
  readonly command: string;
  readonly args: readonly string[];
  /** Names of variables of the gateway's own environment that the server is given. */
  readonly environment: readonly string[];
}

/** An issuer whose tokens are accepted; `jwks` is a file or an https address. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: string;
  readonly defaultTenant?: string | undefined;
  /** Permissions over the gateway, such as `caio.audit`, that its tokens may give; all others that begin with `caio.` are dropped. */
  readonly grants: readonly string[];
  /** Tenants that its tokens may speak for; absent: any. */
  readonly tenants?: readonly string[] | undefined;
}

export interface GatewayLimits {
  /** Bytes of a request body. */
  readonly bodyBytes: number;
  /** Requests in flight; more are shed with 503. */
  readonly inFlight: number;
  /** Input tokens that a part of a chat message counts at most if it is not text. */
  readonly tokensPerPart: number;
  /** Requests a minute of one key. */
  readonly perKeyPerMinute: number;
  /** Microseconds to the first event of a stream, and between two. */
  readonly firstDeltaUs: number;
  readonly betweenDeltasUs: number;
  /** Milliseconds between two signs of life to those who listen to events. */
  readonly heartbeatMs: number;
  /** Milliseconds that a stopping gateway waits for requests in flight. */
  readonly drainMs: number;
}

/** How many calls of a service may be made again, beside what policies allow one request. */
export interface RetryLimits {
  /** Parts per million of its calls. */
  readonly sharePpm: number;
  /** Retries beyond that share, at most at once. */
  readonly reserve: number;
}

/** When a service that only fails is left alone for a while. */
export interface CircuitLimits {
  readonly enabled: boolean;
  /** Failures in a row. */
  readonly consecutive: number;
  /** Milliseconds until it is tried again, at first. */
  readonly openMs: number;
}

/** Milliseconds: how long a caller waits for a person, and how long an approval may be answered and used. */
export interface ApprovalTimes {
  readonly waitMs: number;
  readonly validMs: number;
}

export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

const texts = z.array(z.string().min(1)).default([]);
const duration = decimal({ digits: 3, rounding: "down", min: 1000, max: 86_400_000_000, expected: "milliseconds from 1 to 86400000" });

const ownPermission = z.string().regex(/^caio\.[a-z]+$/, "expected a permission over the gateway, such as caio.audit");
const tokenIssuer = mapping({
  issuer: z.string().min(1),
  audience: z.string().min(1),
  jwks: z.string().min(1),
  default_tenant: id.optional(),
  grants: z.array(ownPermission).default([]),
  tenants: z.array(id).min(1).optional(),
});

const retryTerms = mapping({
  share: decimal({ digits: 6, rounding: "down", min: 0, max: 1_000_000, expected: "a share from 0 to 1" }).prefault("0.1"),
  reserve: integer(0, 10_000).prefault("10"),
}).superRefine(({ share, reserve }, context) => {
  if (reserve > 0 || share === 0) return;
  // What is earned is kept up to the reserve, so that nothing could be.
  context.addIssue({ code: "custom", path: ["reserve"], message: "expected 1 or more, since a reserve of 0 allows no retry whatever the share is; for none at all say share: 0, too" });
});

const document = mapping({
  caio_gateway: integer(1, 1),
  listen: mapping({ host: z.string().min(1).default("127.0.0.1"), port: integer(0, 65_535).prefault("8080") }).prefault({}),
  data: z.string().min(1).default("caio-data"),
  origin: z.string().min(1).default("caio.local/gateway"),
  store: mapping({ postgres: postgresTerms }).optional(),
  instance: instanceName.optional(),
  replicas: replicaTerms.prefault({}),
  contracts: z.string().min(1).optional(),
  policy: z.string().min(1).optional(),
  policies: z.string().min(1).optional(),
  mcp_servers: namedMapping(id, mapping({ command: z.string().min(1), args: texts, environment: texts })).prefault({}),
  secrets: texts,
  egress: z.array(z.url()).default([]),
  tokens: z.array(tokenIssuer).default([]),
  limits: mapping({
    body_bytes: integer(1024, 64 * 1024 * 1024).prefault("4194304"),
    in_flight: integer(1, 100_000).prefault("1000"),
    tokens_per_part: integer(0, 1_000_000).prefault(String(DEFAULT_TOKENS_PER_PART)),
    per_key_per_minute: integer(1, 10_000_000).prefault("6000"),
    first_delta_ms: duration.prefault("30000"),
    between_deltas_ms: duration.prefault("15000"),
    heartbeat_ms: integer(10, 600_000).prefault("15000"),
    drain_ms: integer(0, 600_000).prefault("10000"),
  }).prefault({}),
  circuits: mapping({ enabled: z.boolean().default(true), consecutive: integer(1, 1000).prefault("5"), open_ms: integer(1, 60_000).prefault("2000") }).prefault({}),
  approvals: mapping({ wait_ms: integer(0, 600_000).prefault("20000"), valid_ms: integer(1, 604_800_000).prefault("900000") }).prefault({}),
  learning: learningTerms.prefault({}),
  retries: retryTerms.prefault({}),
  quality: qualityTerms.prefault([]),
  retention: retentionTerms.optional(),
  record: z.boolean().default(true),
  shadow: z.boolean().default(false),
  what_if: mapping({ requests: integer(0, 200).prefault("200") }).prefault({}),
  dashboard: z.boolean().default(true),
  log: mapping({ level: z.enum(["silent", "error", "warn", "info", "debug"]).default("info") }).prefault({}),
  telemetry: telemetryTerms.prefault({}),
  encoder: encoderTerms.prefault({}),
  nats: natsTerms.optional(),
}).superRefine(({ nats, record, contracts, store, encoder, learning }, context) => {
  if (encoder.features === false && learning.model !== undefined) context.addIssue({ code: "custom", path: ["encoder", "features"], message: "expected true or nothing beside learning.model, which reads them" });
  const refuse = (key: string, message: string): void => { context.addIssue({ code: "custom", path: ["nats", key], message }); };
  if (nats?.streams === true && !record) refuse("streams", "expected record: true, since without a record there is no log to copy");
  if (nats?.registry === "follow" && contracts !== undefined) refuse("registry", "expected no contracts beside it: the registry is the one that is followed");
  if (nats?.registry === "follow" && store !== undefined) refuse("registry", "expected no store beside it that several gateways share: let the one follow, or share the database");
  if (nats?.source !== undefined && nats.registry !== "follow") refuse("source", "expected registry: follow, since nothing is followed without it");
});

const schema: z.ZodType<GatewayConfig> = document.transform(({ mcp_servers, tokens, limits, circuits, retries, ...rest }) => ({
  listen: rest.listen,
  data: rest.data,
  origin: rest.instance === undefined ? rest.origin : `${rest.origin}/${rest.instance}`,
  store: rest.store?.postgres,
  instance: rest.instance,
  replicas: rest.replicas,
  contracts: rest.contracts,
  policy: rest.policy,
  policies: rest.policies,
  mcpServers: mcp_servers,
  secrets: rest.secrets,
  egress: rest.egress,
  tokens: tokens.map(({ default_tenant: defaultTenant, ...issuer }) => ({ ...issuer, defaultTenant })),
  limits: {
    bodyBytes: limits.body_bytes,
    inFlight: limits.in_flight,
    tokensPerPart: limits.tokens_per_part,
    perKeyPerMinute: limits.per_key_per_minute,
    firstDeltaUs: limits.first_delta_ms,
    betweenDeltasUs: limits.between_deltas_ms,
    heartbeatMs: limits.heartbeat_ms,
    drainMs: limits.drain_ms,
  },
  circuits: { enabled: circuits.enabled, consecutive: circuits.consecutive, openMs: circuits.open_ms },
  approvals: { waitMs: rest.approvals.wait_ms, validMs: rest.approvals.valid_ms },
  learning: rest.learning,
  retries: { sharePpm: retries.share, reserve: retries.reserve },
  quality: rest.quality,
  retention: rest.retention,
  record: rest.record,
  shadow: rest.shadow,
  whatIf: rest.what_if,
  dashboard: rest.dashboard,
  log: rest.log,
  telemetry: rest.telemetry,
  encoder: rest.encoder,
  nats: rest.nats,
}));

const form: DocumentForm<GatewayConfig> = { code: "InvalidField", noun: "gateway configuration", schema };

/**
 * Reads `caio.yaml`. Everything but `caio_gateway: 1` has a safe default: loopback, a folder of its own, nothing reachable that is not named.
 *
 * @throws CaioError `InvalidField` with all problems and their places
 *
 * @example
 * ```ts
 * import { parseGatewayConfig } from "@caio/gateway";
 *
 * parseGatewayConfig("caio_gateway: 1\n").listen; // { host: "127.0.0.1", port: 8080 }
 * ```
 */
export function parseGatewayConfig(text: string, options: ParseOptions = {}): GatewayConfig {
  return valueOrThrow(readDocument(text, form, options), form);
}

/** The same without throwing: a configuration, or all its problems with their places. */
export function tryParseGatewayConfig(text: string, options: ParseOptions = {}): ParseResult<GatewayConfig> {
  return readDocument(text, form, options);
}

/**
 * The configuration as that of an instance: what several instances share is one file, and each has a name.
 *
 * @throws CaioError `InvalidField` for a name that no instance can have
 */
export function asInstance(config: GatewayConfig, instance: string): GatewayConfig {
  if (!instanceName.safeParse(instance).success) throw new CaioError("InvalidField", `Found the name ${JSON.stringify(instance.slice(0, 40))} of an instance, expected 1 to 32 small letters, digits and _, such as eu_1.`, { details: { field: "instance" } });
  const origin = config.instance === undefined ? config.origin : config.origin.slice(0, -`/${config.instance}`.length);
  return { ...config, instance, origin: `${origin}/${instance}` };
}
