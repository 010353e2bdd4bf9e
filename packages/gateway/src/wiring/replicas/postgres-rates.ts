import { createHash } from "node:crypto";

import { CaioError } from "@caio/core";
import pg from "pg";
import { RateLimiterPostgres } from "rate-limiter-flexible";

import type { PostgresRatesOptions } from "./open-postgres-rates.ts";
import type { SharedRates } from "./shared-rates.ts";

const MINUTE_S = 60;
/** Without an answer for so long it counts as none, milliseconds. */
const ANSWER_MS = 2000;

/** Counts requests by minutes in the database that instances share: each is one statement, so that none is counted twice or not at all. */
export class PostgresRates implements SharedRates {
  readonly #pool: pg.Pool;
  readonly #limiter: RateLimiterPostgres;

  constructor({ url, schema }: PostgresRatesOptions) {
    this.#pool = new pg.Pool({ connectionString: url, max: 4, application_name: "caio rates", connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS, keepAlive: true });
    // One that breaks while nobody uses it is no longer in the pool, and that is all.
    this.#pool.on("error", () => undefined);
    // What is too much is said by whoever knows the limit of the name.
    this.#limiter = new RateLimiterPostgres({ storeClient: this.#pool, storeType: "pool", schemaName: schema, tableName: "request_rate", tableCreated: true, keyPrefix: "rate", points: Number.MAX_SAFE_INTEGER, duration: MINUTE_S });
  }

  async count(name: string): Promise<{ readonly counted: number; readonly endsInMs: number }> {
    try {
      const { consumedPoints, msBeforeNext } = await this.#limiter.consume(createHash("sha256").update(name).digest("hex"));
      return { counted: consumedPoints, endsInMs: Math.max(1, msBeforeNext) };
    } catch (cause) {
      throw new CaioError("ServiceUnavailable", "Requests cannot be counted: the database that instances share does not answer. Try again.", { details: { reason: "unreachable", retry_after_s: 1 }, cause });
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
