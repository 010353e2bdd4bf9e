import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import type pg from "pg";

import { asPostgresError, isLost } from "./postgres-fault.ts";

/** The library's client, with what its types leave out. */
export type PostgresClient = pg.Client & { readonly processID?: number | null; readonly connection: { readonly stream: { destroy(): void } } };

/** Statements that the server keeps ready for a connection. The stores use some hundred texts. */
const KEPT_STATEMENTS = 256;
/** The code of a statement that comes after one that failed. */
const IN_FAILED_TRANSACTION = "25P02";
/** How long a goodbye may take, milliseconds. */
const GOODBYE_MS = 1000;
/**
 * A connection as kysely uses it: statements are parsed by the server once, and what is thrown is `CaioError`. Queries that are sent
 * before others were answered travel together, if the client was made so.
 */
export class PostgresConnection implements DatabaseConnection {
  readonly client: PostgresClient;
  readonly #place: string;
  readonly #names = new Map<string, string>();
  #made = 0;
  /** What the last statement failed of that did not fail of another one. */
  #reason: unknown;
  /** Whether it can be used no more. */
  lost = false;

  constructor(client: PostgresClient, place: string) {
    this.client = client;
    this.#place = place;
    client.on("error", () => { this.lost = true; });
    client.on("end", () => { this.lost = true; });
  }

  async executeQuery<R>(query: Pick<CompiledQuery, "sql" | "parameters">): Promise<QueryResult<R>> {
    try {
      return await this.#prepared(query);
    } catch (error) {
      if (!(isStale(error) && this.#names.delete(query.sql) && this.client.getTransactionStatus() === "I")) throw this.#noticed(error);
    }
    // Outside of a transaction nothing is lost by asking again.
    return await this.#prepared<R>(query).catch((error: unknown) => { throw this.#noticed(error); });
  }

  async #prepared<R>({ sql, parameters }: Pick<CompiledQuery, "sql" | "parameters">): Promise<QueryResult<R>> {
    const name = this.#nameOf(sql);
    const { command, rowCount, rows } = await this.client.query<R & pg.QueryResultRow>({ text: sql, values: parameters as unknown[], ...(name === undefined ? {} : { name }) });
    const counts = command === "INSERT" || command === "UPDATE" || command === "DELETE";
    return { rows, ...(counts ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}) };
  }

  /** Statements without parameters, sent as they are; the last one's command and how many rows each touched. */
  async execute(text: string): Promise<{ readonly command: string; readonly counts: readonly number[] }> {
    try {
      const result: unknown = await this.client.query(text);
      const results = (Array.isArray(result) ? result : [result]) as readonly pg.QueryResult[];
      return { command: results.at(-1)?.command ?? "", counts: results.map(({ rowCount }) => rowCount ?? 0) };
    } catch (error) {
      throw this.#noticed(error);
    }
  }

  /** Ends it, and with it what it holds on the server. A server that does not answer is not waited for. */
  async end(): Promise<void> {
    if (!this.lost) {
      const timer = setTimeout(() => { this.cut(); }, GOODBYE_MS);
      await this.client.end().catch(() => undefined);
      clearTimeout(timer);
    }
    this.cut();
  }

  /** Ends it on this side alone. */
  cut(): void {
    this.lost = true;
    this.client.connection.stream.destroy();
  }

  // eslint-disable-next-line require-yield, @typescript-eslint/require-await -- no store reads by a cursor
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("Not by a cursor: read page by page.");
  }

  #noticed(error: unknown): unknown {
    if (isLost(error)) this.lost = true;
    // What was sent together fails together, and only the first one says of what.
    if (stateOf(error) !== IN_FAILED_TRANSACTION) this.#reason = error;
    return asPostgresError(this.#reason, this.#place);
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= KEPT_STATEMENTS) return known;
    const name = `s${String(this.#made++)}`;
    this.#names.set(text, name);
    return name;
  }
}

/** "cached plan must not change result type": another version has changed a table. The text is as good as ever, what was prepared is not. */
function isStale(error: unknown): boolean {
  return stateOf(error) === "0A000" && error instanceof Error && error.message.includes("cached plan");
}

function stateOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
