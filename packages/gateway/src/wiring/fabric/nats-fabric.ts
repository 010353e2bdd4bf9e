import type { ServiceExecutor } from "@caio/contracts";
import { encodeContract, HashingEncoder, type AsyncEncoder, type Encoder } from "@caio/control";
import { isCaioError } from "@caio/core";
import type { Clock } from "@caio/guarantees";
import { LogPublisher, NatsExecutor, NatsLink, RegistryFollower, RegistryPublisher, type NatsCredentials } from "@caio/nats";
import type { Door, SnapshotFreshness } from "@caio/orchestrator";
import type { Registration } from "@caio/registry";

import type { NatsTerms } from "../../config/nats-terms.ts";
import type { RetentionTerms } from "../../config/retention-terms.ts";
import { ConfirmedAge } from "./confirmed-age.ts";
import type { Fabric, FabricGauge, FabricParts } from "./fabric.ts";

export interface NatsFabricOptions {
  readonly terms: NatsTerms;
  /** Names the log's stream. */
  readonly origin: string;
  /** Whose registry it shows: that of all instances that share it. */
  readonly source: string;
  readonly retention: RetentionTerms | undefined;
  readonly credentials: NatsCredentials | undefined;
  readonly tls: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string } | undefined;
  /** What services of a registry that is followed have to be encoded with; absent: the hashing encoder. */
  readonly encoder?: Encoder | AsyncEncoder | undefined;
  readonly clock: Clock;
  readonly door: Pick<Door, "now">;
  readonly onFault: (where: string, fault: unknown) => void;
}

/** The same fault of the same part is told again after this long, milliseconds: attempts go on all the time. */
const TELL_AGAIN_MS = 60_000;
/** Streams keep entries no longer than this, milliseconds, nor than the log. */
const KEEP_MS = 30 * 86_400_000;

/** A gateway's part in NATS, as its configuration says. */
export class NatsFabric implements Fabric {
  readonly executors: readonly ServiceExecutor[];
  readonly followsRegistry: boolean;
  readonly freshness?: () => SnapshotFreshness;
  readonly gauges: readonly FabricGauge[];
  readonly #options: NatsFabricOptions;
  readonly #encoder: Encoder | AsyncEncoder;
  readonly #link: NatsLink;
  readonly #age: ConfirmedAge;
  readonly #told = new Map<string, number>();
  #log: LogPublisher | undefined;
  #shows: RegistryPublisher | undefined;
  #follows: RegistryFollower | undefined;
  #stopped = false;

  constructor(options: NatsFabricOptions) {
    const { terms, credentials, tls, origin, clock, door } = options;
    this.#options = options;
    this.#encoder = options.encoder ?? new HashingEncoder();
    this.#age = new ConfirmedAge(clock, door);
    this.#link = NatsLink.open({
      ...{ servers: terms.servers, name: `caio ${origin}`, inboxPrefix: terms.inboxPrefix, onFault: (fault) => { this.#tell("nats", fault); } },
      ...(credentials === undefined ? {} : { credentials }),
      ...(tls === undefined ? {} : { tls }),
    });
    this.executors = terms.services ? [new NatsExecutor({ connection: this.#link.current, inboxPrefix: terms.inboxPrefix })] : [];
    this.followsRegistry = terms.registry === "follow";
    if (this.followsRegistry) this.freshness = () => ({ registry: { confirmedMsAgo: this.#age.ms, boundMs: terms.staleAfterMs }, policy: { confirmedMsAgo: 0, boundMs: terms.staleAfterMs } });
    this.gauges = this.#gaugesOf(terms);
  }

  start(parts: FabricParts): void {
    void this.#begin(parts);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#log?.stop(), this.#shows?.stop(), this.#follows?.stop()]);
    await this.#link.close();
  }

  async #begin({ registry, traces, store }: FabricParts): Promise<void> {
    const { terms: { streams, registry: part, bucket, replicas, source, beatMs }, origin } = this.#options;
    const connection = await this.#link.first();
    if (connection === undefined || this.#stopped) return;
    if (streams) {
      this.#log = LogPublisher.start({
        ...{ connection, log: origin, onFault: (fault) => { this.#tell("nats log", fault); }, stream: { replicas, maxAgeMs: Math.min(KEEP_MS, this.#options.retention?.decisionsMs ?? KEEP_MS) } },
        source: { size: () => traces.head.size, read: (start, count) => store.read(start, count, { certificates: false }) },
      });
    }
    const onFault = (fault: unknown): void => { this.#tell("nats registry", fault); };
    if (part === "publish") this.#shows = RegistryPublisher.start({ connection, registry, source: this.#options.source, bucket, replicas, beatMs, onFault });
    if (part === "follow") {
      const own = { now: () => this.#options.door.now(), onConfirmed: (agoMs: number) => { this.#age.confirm(agoMs); } };
      this.#follows = RegistryFollower.start({ connection, registry, bucket, ...own, check: (registration: Registration) => encodingProblem(registration, this.#encoder), onFault, ...(source === undefined ? {} : { source }) });
    }
  }

  #gaugesOf({ streams, registry }: NatsTerms): readonly FabricGauge[] {
    const all: readonly (FabricGauge | false)[] = [
      { name: "caio_nats_connected", help: "1 while there is a connection to NATS", read: () => (this.#link.current() === undefined ? 0 : 1) },
      streams && { name: "caio_nats_log_published", help: "Entries of the log that the stream has", read: () => this.#log?.standing.published ?? 0 },
      registry === "publish" && { name: "caio_nats_registry_writer", help: "1 while this gateway's registry is the one that is shown", read: () => (this.#shows?.standing.role === "writer" ? 1 : 0) },
      registry === "follow" && { name: "caio_nats_registry_age_seconds", help: "Since the registry was last confirmed to be the newest", read: () => this.#age.ms / 1000 },
      registry === "follow" && { name: "caio_nats_registry_refused", help: "Services of the registry that is followed which are not taken", read: () => this.#follows?.standing.refused.length ?? 0 },
    ];
    return all.filter((gauge) => gauge !== false);
  }

  #tell(where: string, fault: unknown): void {
    if (this.#stopped) return;
    const kind = `${where} ${isCaioError(fault) ? fault.code : fault instanceof Error ? fault.name : "unknown"}`;
    const now = this.#options.clock.nowUs() / 1000;
    const last = this.#told.get(kind);
    if (last !== undefined && now - last < TELL_AGAIN_MS) return;
    this.#told.set(kind, now);
    this.#options.onFault(where, fault);
  }
}

/**
 * An encoding is a service's place in every score: one that this gateway would not have made is not taken. What a model gives may differ in its
 * last digits from machine to machine, and takes a call to ask for: there the encoder's name has to be the same.
 */
function encodingProblem({ contract, encoding, encoderId }: Registration, encoder: Encoder | AsyncEncoder): string | undefined {
  if (encoderId !== encoder.id) return `its encoding is of ${encoderId.slice(0, 128)}, and this gateway encodes with ${encoder.id}.`;
  if (!(encoder instanceof HashingEncoder)) return undefined;
  const own = encodeContract(contract, encoder);
  const same = own.length === encoding.length && own.every((part, at) => part === encoding[at]);
  return same ? undefined : `its encoding is not the one that ${encoder.id} makes of its contract.`;
}
