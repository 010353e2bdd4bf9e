import { consumeLog } from "@caio/nats";
import type { NatsConnection } from "@nats-io/transport-node";

/** Somebody who keeps books: reads the log from its stream under a name, and notes what came twice and what is missing. */
export class Reader {
  readonly texts: string[] = [];
  doubled = 0;
  gaps = 0;
  #leave = new AbortController();
  readonly #ended: Promise<void>;

  constructor(connection: NatsConnection, log: string) {
    this.#ended = this.#read(connection, log);
  }

  async stop(): Promise<void> {
    this.#leave.abort();
    await this.#ended;
  }

  async #read(connection: NatsConnection, log: string): Promise<void> {
    for await (const message of consumeLog({ connection, log, name: "books", replicas: 3, signal: this.#leave.signal })) {
      if (message.kind !== "entry") {
        this.gaps += 1;
        continue;
      }
      if (message.logIndex < this.texts.length) this.doubled += 1;
      else if (message.logIndex > this.texts.length) this.gaps += 1;
      this.texts.push(message.text);
      message.ack();
    }
  }
}
