import { connect, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";

import { ConnectionWatch } from "./connection-watch.ts";
import { authenticatorOf, type NatsCredentials } from "./nats-credentials.ts";
import { pause } from "./pause.ts";

export interface NatsLinkOptions {
  /** `host:port`, `nats://host:port` or `tls://host:port`; one is enough, the servers of a cluster name each other. */
  readonly servers: readonly string[];
  readonly credentials?: NatsCredentials;
  /** Paths of PEM files: the authority of the servers, and the client's own certificate. Present: only TLS will do. */
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
  /** What the servers' monitoring calls this client. */
  readonly name?: string;
  /** What the subjects of its inboxes begin with, so that permissions can keep others from reading them. Default `_INBOX`. */
  readonly inboxPrefix?: string;
  /** Told each time that no server could be reached, or that none wants it. Holds no secret. */
  readonly onFault?: (fault: unknown) => void;
}

/** Between two attempts, milliseconds. */
const RETRY_MS = 500;
/** A server that takes a connection and says nothing is left for another one, milliseconds. */
const HANDSHAKE_MS = 3000;
/** A server that does not answer pings is left for another one after three of these, milliseconds. */
const PING_MS = 1500;

/**
 * A connection that is there whenever a server is: whoever opens it waits for nothing, also when the first server only comes up later, and
 * it comes back by itself as long as it is not closed.
 */
export class NatsLink {
  readonly #options: NatsLinkOptions;
  readonly #stop = new AbortController();
  readonly #connected: Promise<NatsConnection | undefined>;
  #watch: ConnectionWatch | undefined;
  #connection: NatsConnection | undefined;

  private constructor(options: NatsLinkOptions) {
    this.#options = options;
    this.#connected = this.#connect();
  }

  static open(options: NatsLinkOptions): NatsLink {
    return new NatsLink(options);
  }

  /** The connection while it stands, else undefined. */
  readonly current = (): NatsConnection | undefined => (this.#watch?.up === true ? this.#connection : undefined);

  /** Settles with the first connection; undefined if the link was closed before there was one. */
  first(): Promise<NatsConnection | undefined> {
    return this.#connected;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await (await this.#connected)?.close();
  }

  async #connect(): Promise<NatsConnection | undefined> {
    while (!this.#isClosed()) {
      try {
        const connection = await connect(connectionOptions(this.#options));
        if (this.#isClosed()) {
          await connection.close();
          return undefined;
        }
        this.#connection = connection;
        this.#watch = ConnectionWatch.of(connection);
        return connection;
      } catch (fault) {
        this.#options.onFault?.(fault);
        await pause(RETRY_MS, this.#stop.signal);
      }
    }
    return undefined;
  }

  #isClosed(): boolean {
    return this.#stop.signal.aborted;
  }
}

function connectionOptions({ servers, credentials, tls, name, inboxPrefix }: NatsLinkOptions): NodeConnectionOptions {
  return {
    servers: [...servers],
    ...(credentials === undefined ? {} : { authenticator: authenticatorOf(credentials) }),
    ...(tls === undefined ? {} : { tls: { ...tls } }),
    ...(name === undefined ? {} : { name }),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
    ...{ maxReconnectAttempts: -1, reconnectTimeWait: RETRY_MS, reconnectJitter: RETRY_MS, timeout: HANDSHAKE_MS },
    ...{ pingInterval: PING_MS, maxPingOut: 2 },
    // A stack for each request costs more than the request.
    noAsyncTraces: true,
  };
}
