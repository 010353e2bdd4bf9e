import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { ServiceContract } from "@caio/contracts";
import { executorError } from "@caio/contracts/executor";

export interface ConnectionLimits {
  /** How long starting and the handshake may take, milliseconds. */
  readonly connectTimeoutMs: number;
  /** First pause after a second death in a row, milliseconds; doubles with each further one. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

/** A transport, and the way to end it at once. */
export interface OpenedTransport {
  readonly transport: Transport;
  kill(): void;
}

interface Current {
  readonly client: Promise<Client>;
  readonly opened: OpenedTransport;
}

/**
 * One MCP client that many calls share: opened by the first call, opened again by the next call after it died. A server
 * that dies again before it answered anything is left alone for a while; calls in that time fail at once.
 */
export class SharedConnection {
  readonly #open: () => OpenedTransport;
  readonly #limits: ConnectionLimits;
  #current: Current | undefined;
  #deaths = 0;
  #pause: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(open: () => OpenedTransport, limits: ConnectionLimits) {
    this.#open = open;
    this.#limits = limits;
  }

  /** The client, ready. @throws CaioError `ServiceUnavailable` */
  async client(contract: Pick<ServiceContract, "serviceId">): Promise<Client> {
    if (this.#closed) throw executorError("ServiceUnavailable", contract, "the executor is closed.");
    if (this.#pause !== undefined) {
      throw executorError("ServiceUnavailable", contract, "its server keeps ending and is left alone for a while. Check its command and try again later.");
    }
    this.#current ??= this.#connect();
    try {
      return await this.#current.client;
    } catch (cause) {
      throw executorError("ServiceUnavailable", contract, "its server cannot be started or does not answer the handshake. Check its command or address.", { cause });
    }
  }

  /** An answer came: earlier deaths are forgiven. */
  answered(): void {
    this.#deaths = 0;
  }

  /** Ends the server now; the next call starts it again. */
  kill(): void {
    this.#current?.opened.kill();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#pause);
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined) return;
    const client = await current.client.catch(() => undefined);
    await client?.close().catch(() => undefined);
  }

  #connect(): Current {
    const opened = this.#open();
    const connecting = this.#handshake(opened);
    const current = { client: connecting, opened };
    connecting.catch(() => {
      opened.kill();
      this.#died(current);
    });
    return current;
  }

  async #handshake(opened: OpenedTransport): Promise<Client> {
    const client = new Client({ name: "caio", version: "1" }, { capabilities: {} });
    client.onclose = () => {
      if (this.#current?.opened === opened) this.#died(this.#current);
    };
    await client.connect(opened.transport, { timeout: this.#limits.connectTimeoutMs });
    return client;
  }

  #died(which: Current | undefined): void {
    // Closing and failing may both be reported: one death is counted once.
    if (which === undefined || this.#current !== which) return;
    this.#current = undefined;
    this.#deaths += 1;
    if (this.#deaths < 2 || this.#closed) return;
    const pauseMs = Math.min(this.#limits.maxBackoffMs, this.#limits.backoffMs * 2 ** Math.min(30, this.#deaths - 2));
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
    }, pauseMs);
    this.#pause.unref();
  }
}
