import { Kysely } from "kysely";

import type { Tables } from "../../schema/tables.ts";
import { PostgresSourceDialect } from "./postgres-driver.ts";
import { readPlace, type PostgresPlace, type ReadPlace } from "./postgres-place.ts";
import { ReaderPool } from "./reader-pool.ts";

/** A connection to the schema that instances share, as none of them: for copies. */
export interface PostgresReader extends Pick<ReadPlace, "schema" | "lockKey"> {
  /** For messages. */
  readonly name: string;
  /** One connection. */
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
}

/** @throws CaioError as `readPlace`; that nothing is there is found by the first query */
export function openReader(options: Omit<PostgresPlace, "instance">): PostgresReader {
  const { config, schema, lockKey, name } = readPlace({ ...options, instance: "none" });
  const shown = name.replace(/, instance none$/, "");
  const db = new Kysely<Tables>({ dialect: new PostgresSourceDialect(new ReaderPool({ ...config, max: 1 }, shown, () => undefined)) });
  return { name: shown, schema, lockKey, db, close: () => db.destroy() };
}
