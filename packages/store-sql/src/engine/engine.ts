import type { ColumnDataType, Kysely, RawBuilder, Transaction } from "kysely";

import type { Snapshot } from "../backup/snapshot.ts";
import type { Tables } from "../schema/tables.ts";
import type { CommitQueue } from "./commit-queue.ts";
import type { OneAtATime } from "./one-at-a-time.ts";

/** What migrations must know of a database: everything else is the same queries. */
export interface SchemaDialect {
  /** Holds any integer up to 2^53 − 1. */
  readonly integer: ColumnDataType;
  /** Text that is compared and ordered by its bytes. */
  readonly text: ColumnDataType | RawBuilder<unknown>;
  /** Stands after the columns of a table. */
  readonly tableEnd: RawBuilder<unknown>;
  /** The same for a table that is nothing but its key. */
  readonly keyTableEnd: RawBuilder<unknown>;
}

/**
 * Which tables are together: what all instances of a gateway share, what belongs to the log of one of them, and the list of instances,
 * which a file does not have.
 */
export type SchemaPart = "shared" | "log" | "instances";

/** Tables in one place, with a list of the migrations that were done there. */
export interface SchemaHome {
  /** Undefined where a database has no schemas. */
  readonly schema?: string;
  readonly parts: readonly SchemaPart[];
}

/** A database as migrations see it. */
export interface MigrationTarget {
  /** Where the data is, for messages. */
  readonly place: string;
  readonly db: Kysely<Tables>;
  readonly schema: SchemaDialect;
  readonly homes: readonly SchemaHome[];
}

/** The database behind the stores. */
export interface Engine extends MigrationTarget {
  /** Whose log this is; "" for a file, which has one. */
  readonly instance: string;
  /** For reading: it sees what was committed before. */
  readonly db: Kysely<Tables>;
  /** Everything that writes goes through here or through `sharedCommits`: here what belongs to the log of this instance. */
  readonly commits: CommitQueue;
  /** For what other instances read and write, too. The same queue where there are none. */
  readonly sharedCommits: CommitQueue;
  /** Until the transaction ends nobody else is past this point with one of these names, and what they committed is seen. */
  exclusively(tx: Transaction<Tables>, names: readonly string[]): Promise<void>;
  /** Whoever removes rows, or must not see any go, has this turn. */
  readonly removals: OneAtATime;
  /** Everything as it is now, to be read while others write. Whoever takes one closes it. */
  snapshot(): Promise<Snapshot>;
  /** Makes sure that nothing that was erased from these tables is left anywhere that the engine reaches. */
  scrub(tables: readonly (keyof Tables)[]): Promise<void>;
  close(): Promise<void>;
}
