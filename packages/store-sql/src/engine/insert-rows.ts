import { CompiledQuery, type Insertable, type Kysely, type Transaction } from "kysely";

import type { Tables } from "../schema/tables.ts";

/** How many rows a statement inserts: a long list is cut into these, so that few texts are compiled and kept ready. */
const CHUNKS = [64, 16, 4, 1] as const;

/**
 * Inserts rows by few statements. The query is built by kysely once for each number of rows; compiling one anew for every
 * append would cost more than the append.
 */
export class RowInserter<Name extends keyof Tables, Column extends keyof Tables[Name] & string> {
  readonly #table: Name;
  readonly #columns: readonly Column[];
  readonly #compiled = new Map<number, CompiledQuery>();

  constructor(table: Name, columns: readonly Column[]) {
    this.#table = table;
    this.#columns = columns;
  }

  /** Inserts all rows in order. */
  async insert(tx: Transaction<Tables>, rows: readonly Readonly<Record<Column, string | number | null>>[]): Promise<void> {
    let at = 0;
    for (const size of CHUNKS) {
      for (; rows.length - at >= size; at += size) {
        const query = this.#queryFor(tx, size);
        const parameters = rows.slice(at, at + size).flatMap((row) => this.#columns.map((column) => row[column]));
        await tx.executeQuery({ ...query, parameters });
      }
    }
  }

  #queryFor(db: Kysely<Tables>, size: number): CompiledQuery {
    const known = this.#compiled.get(size);
    if (known !== undefined) return known;
    // Any value makes a placeholder; the order is that of the columns, row by row.
    const row = Object.fromEntries(this.#columns.map((column) => [column, 0]));
    const values = Array.from({ length: size }, () => row as Insertable<Tables[Name]>);
    const query = db.insertInto(this.#table).values(values).compile();
    this.#compiled.set(size, query);
    return query;
  }
}
