import type { CompiledQuery, DatabaseConnection, QueryResult, SqliteDatabase, SqliteStatement } from "kysely";

import { asStoreError, storeError } from "./store-fault.ts";

/** What is used of the library's connection: the API of better-sqlite3. */
export interface NativeConnection {
  readonly inTransaction: boolean;
  prepare(sql: string): NativeStatement;
  exec(sql: string): unknown;
  close(): unknown;
}

/** What is used of the library's statements. */
export interface NativeStatement {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
}

/** Statements kept ready. The stores use some sixty texts. */
const KEPT_STATEMENTS = 256;

/**
 * The connection as kysely uses it. It keeps statements ready, binds integers as integers (the library binds every number as
 * REAL), refuses what the library would take down the process with, and throws nothing but `CaioError`.
 */
export class SqliteConnection implements SqliteDatabase, DatabaseConnection {
  readonly #native: NativeConnection;
  readonly #file: string;
  #closed = false;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(native: NativeConnection, file: string) {
    this.#native = native;
    this.#file = file;
  }

  prepare(sql: string): SqliteStatement {
    if (this.#closed) throw storeError("closed", this.#file);
    // A full disk ends a transaction by itself; to roll back again would hide the reason.
    if (sql === "rollback" && !this.#native.inTransaction) return nothing;
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#statementOf(sql);
    const [oldest] = this.#statements.keys();
    if (this.#statements.size >= KEPT_STATEMENTS && oldest !== undefined) this.#statements.delete(oldest);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** A statement without parameters or rows. */
  execute(sql: string): void {
    this.prepare(sql).run([]);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- it is done when this returns; async turns what is thrown into a rejection
  async executeQuery<R>({ sql, parameters }: Pick<CompiledQuery, "sql" | "parameters">): Promise<QueryResult<R>> {
    const statement = this.prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) as R[] };
    return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) };
  }

  // eslint-disable-next-line require-yield, @typescript-eslint/require-await -- no store reads by a cursor
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("Not by a cursor: read page by page.");
  }

  /** Refuses what comes later. */
  close(): void {
    this.#closed = true;
    this.#statements.clear();
  }

  #statementOf(sql: string): SqliteStatement {
    const native = this.#guarded(() => this.#native.prepare(sql));
    return {
      reader: native.reader,
      all: (parameters) => this.#guarded(() => native.all(this.#bound(parameters))),
      run: (parameters) => this.#guarded(() => native.run(this.#bound(parameters))),
      iterate: (parameters) => this.#guarded(() => native.all(this.#bound(parameters)).values()),
    };
  }

  #bound(parameters: readonly unknown[]): unknown[] {
    const bound = new Array<unknown>(parameters.length);
    // By far most parameters are text.
    for (let at = 0; at < bound.length; at++) bound[at] = typeof parameters[at] === "string" ? parameters[at] : this.#boundOther(parameters[at]);
    return bound;
  }

  #boundOther(value: unknown): unknown {
    if (Number.isSafeInteger(value)) return BigInt(Number(value));
    if (value === null || typeof value === "bigint" || value instanceof Uint8Array) return value;
    throw storeError("failed", this.#file, { cause: new TypeError(`A parameter of type ${typeof value} is no value of a column.`) });
  }

  #guarded<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw asStoreError(error, this.#file);
    }
  }
}

const nothing: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};
