import pg from "pg";

import type { ReadPlace } from "../engine/postgres/postgres-place.ts";

/** Pauses between tries to get a line, milliseconds. */
const [SHORTEST_MS, LONGEST_MS] = [50, 5000];
/** A line on which nothing was heard for so long is asked whether it is there, and given up without an answer in the same time, milliseconds. */
const ASK_EVERY_MS = 5000;

/** What a line of news tells. */
export interface NewsListener {
  /** Something that is shared may have changed. */
  readonly onNews: () => void;
  /** The line came, or went. */
  readonly onLine: (connected: boolean) => void;
}

/**
 * A connection that listens to what other instances change (`LISTEN`), and is made anew whenever it is lost. What was told meanwhile is lost:
 * whoever hears that the line is there again asks.
 */
export class PostgresNews {
  readonly #place: ReadPlace;
  readonly #listener: NewsListener;
  readonly #chance: () => number;
  #client: pg.Client | undefined;
  #connected = false;
  #stopped = false;
  #wake: () => void = () => undefined;
  readonly #running: Promise<void>;

  /** @param chance - from 0 up to 1: instances that lose their lines together are not to come back together */
  constructor(place: ReadPlace, listener: NewsListener, chance: () => number) {
    this.#place = place;
    this.#listener = listener;
    this.#chance = chance;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    cut(this.#client);
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let pause = SHORTEST_MS;
    while (!this.#stopped) {
      const was = await this.#listen();
      pause = was ? SHORTEST_MS : Math.min(LONGEST_MS, pause * 2);
      await this.#sleep(pause * (0.5 + this.#chance() / 2));
    }
  }

  /** One line, from its beginning to its end. True if there was one. */
  async #listen(): Promise<boolean> {
    const client = new pg.Client({ ...this.#place.config, application_name: `caio ${this.#place.instance} news`, query_timeout: ASK_EVERY_MS });
    this.#client = client;
    const ended = new Promise<void>((end) => {
      client.on("error", () => { end(); });
      client.on("end", () => { end(); });
    });
    try {
      await client.connect();
      client.on("notification", () => { this.#listener.onNews(); });
      await client.query(`listen ${pg.escapeIdentifier(`caio_${this.#place.schema}`)}`);
    } catch {
      cut(client);
      return false;
    }
    this.#say(true);
    const asking = setInterval(() => { client.query("select 1").catch(() => { cut(client); }); }, ASK_EVERY_MS);
    asking.unref();
    await ended;
    clearInterval(asking);
    cut(client);
    this.#say(false);
    return true;
  }

  #say(connected: boolean): void {
    if (this.#connected === connected) return;
    this.#connected = connected;
    this.#listener.onLine(connected);
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((wake) => {
      const timer = setTimeout(wake, ms);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        wake();
      };
    });
  }
}

/** Ends it on this side: a server that is away says no goodbye. */
function cut(client: pg.Client | undefined): void {
  (client as (pg.Client & { readonly connection: { readonly stream: { destroy(): void } } }) | undefined)?.connection.stream.destroy();
}
