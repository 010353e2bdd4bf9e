import type { NatsConnection } from "@nats-io/transport-node";

const known = new WeakMap<NatsConnection, ConnectionWatch>();

/**
 * Whether a connection stands, and word of every loss and return. What is published while it does not stand may be dropped by the client
 * without a word, so whoever must know asks here.
 */
export class ConnectionWatch {
  #up = true;
  readonly #lost = new Set<() => void>();
  readonly #back = new Set<() => void>();

  private constructor(connection: NatsConnection) {
    this.#up = !connection.isClosed();
    void this.#follow(connection);
  }

  /** The one watch of a connection. */
  static of(connection: NatsConnection): ConnectionWatch {
    const watch = known.get(connection) ?? new ConnectionWatch(connection);
    known.set(connection, watch);
    return watch;
  }

  get up(): boolean {
    return this.#up;
  }

  /** Calls `listener` at every loss, until the function returned is called. */
  onLost(listener: () => void): () => void {
    this.#lost.add(listener);
    return () => this.#lost.delete(listener);
  }

  /** Calls `listener` at every return, until the function returned is called. */
  onBack(listener: () => void): () => void {
    this.#back.add(listener);
    return () => this.#back.delete(listener);
  }

  async #follow(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === "disconnect" || type === "staleConnection") this.#turn(false);
      else if (type === "reconnect") this.#turn(true);
    }
    this.#turn(false);
  }

  #turn(up: boolean): void {
    if (this.#up === up) return;
    this.#up = up;
    for (const listener of [...(up ? this.#back : this.#lost)]) listener();
  }
}
