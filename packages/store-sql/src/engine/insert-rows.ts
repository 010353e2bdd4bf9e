import { CompiledQuery, type InsertQueryBuilder, type InsertResult, type Insertable, type Kysely, type Transaction } from "kysely";

import type { Tables } from "../schema/tables.ts";

/** How many rows a statement inserts: a long list is cut into these, so that few texts are compiled and kept ready. */
const CHUNKS = [256, 64, 16, 4, 1] as const;

type OnConflict<Name extends keyof Tables> = Parameters<InsertQueryBuilder<Tables, Name, InsertResult>["onConflict"]>[0];

/**
 * Inserts rows by few statements. The query is built by kysely once for each number of rows; compiling one anew for every
 * append would cost more than the append. Each belongs to one database: the text is that of its dialect.
 */
export class RowInserter<Name extends keyof Tables, Column extends keyof Tables[Name] & string> {
  readonly #table: Name;
  readonly #columns: readonly Column[];
  readonly #onConflict: OnConflict<Name> | undefined;
  readonly #compiled = new Map<number, CompiledQuery>();

  /** @param onConflict - what becomes of a row that is there; without it the insertion fails */
  constructor(table: Name, columns: readonly Column[], onConflict?: OnConflict<Name>) {
    this.#table = table;
    this.#columns = columns;
    this.#onConflict = onConflict;
  }

  /** Inserts all rows in order. */
  async insert(tx: Transaction<Tables>, rows: readonly Readonly<Record<Column, string | number | null>>[]): Promise<void> {
    if (rows.length === 0) return;
    const sent: Promise<unknown>[] = [];
    let at = 0;
    for (const size of CHUNKS) {
      for (; rows.length - at >= size; at += size) {
        sent.push(tx.executeQuery({ ...this.#queryFor(tx, size), parameters: this.#parametersOf(rows, at, at + size) }));
      }
    }
    await Promise.all(sent);
  }

  #parametersOf(rows: readonly Readonly<Record<Column, string | number | null>>[], from: number, to: number): readonly unknown[] {
    const parameters = new Array<unknown>((to - from) * this.#columns.length);
    let next = 0;
    for (let at = from; at < to; at++) {
      const row = rows[at];
      if (row !== undefined) for (const column of this.#columns) parameters[next++] = row[column];
    }
    return parameters;
  }

  #queryFor(db: Kysely<Tables>, size: number): CompiledQuery {
    const known = this.#compiled.get(size);
    if (known !== undefined) return known;
    // Any value makes a placeholder; the order is that of the columns, row by row.
    const row = Object.fromEntries(this.#columns.map((column) => [column, 0]));
    const values = Array.from({ length: size }, () => row as Insertable<Tables[Name]>);
    const insertion = db.insertInto(this.#table).values(values);
    const query = (this.#onConflict === undefined ? insertion : insertion.onConflict(this.#onConflict)).compile();
    this.#compiled.set(size, query);
    return query;
  }
}

/** The values of an `in`, the last one again and again up to a power of four: so that few texts are compiled and kept ready. */
export function listed<T>(values: readonly T[]): T[] {
  let length = 1;
  while (length < values.length) length *= 4;
  const last = values.at(-1);
  return last === undefined ? [] : [...values, ...Array.from({ length: length - values.length }, () => last)];
}
