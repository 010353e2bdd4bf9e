import { sql, type Kysely } from "kysely";

import type { ArchiveColumns, Cell, Row } from "./archive-tables.ts";

/** Any table by its name: which columns there are is found at run time. */
export type AnyTables = Record<string, Record<string, Cell>>;

/** Rows that are read at once. Only certificates are long: some hundred kilobytes in a large registry. */
const PAGE = 256;
const PAGE_OF_CERTIFICATES = 16;

/** Everything that a store held at one moment, while others go on writing. */
export interface Snapshot {
  /** The newest migration. */
  readonly schema: string;
  readonly columns: ArchiveColumns;
  /** The instances whose logs there are. */
  readonly instances: readonly string[];
  /**
   * Rows of a table, in the order of its key, page by page.
   *
   * @param log - which instance's, by its place in `instances`; null for what is shared
   */
  pages(table: string, key: readonly string[], log: number | null): AsyncGenerator<readonly Row[]>;
  close(): Promise<void>;
}

/** Where pages come from, and which rows of the table belong to the snapshot. */
export interface PageSource {
  readonly db: Kysely<AnyTables>;
  /** As the database calls it. */
  readonly from: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
  /** A condition of SQL, over the columns of the table. */
  readonly where?: ReturnType<typeof sql<boolean>> | undefined;
}

/** Pages of rows in the order of the key, each read when it is asked for. */
export async function* pagesOf({ db, from, columns, key, where }: PageSource): AsyncGenerator<readonly Row[]> {
  const limit = from.includes("certificate") ? PAGE_OF_CERTIFICATES : PAGE;
  let after: readonly Cell[] | undefined;
  for (;;) {
    let query = db.selectFrom(from).select([...columns]).limit(limit);
    for (const each of key) query = query.orderBy(each);
    if (where !== undefined) query = query.where(where);
    if (after !== undefined) query = query.where(sql<boolean>`(${sql.join(key.map((each) => sql.ref(each)))}) > (${sql.join(after)})`);
    const rows = await query.execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map((row) => columns.map((column) => row[column] ?? null));
    if (rows.length < limit) return;
    after = key.map((each) => last[each] ?? null);
  }
}
