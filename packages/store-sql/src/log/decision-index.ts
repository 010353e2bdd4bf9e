import { sql, type CompiledQuery, type InsertQueryBuilder, type InsertResult, type Kysely, type RawBuilder } from "kysely";

import { listed } from "../engine/insert-rows.ts";
import type { Tables } from "../schema/tables.ts";

/**
 * Entries of a generation. Ids of decisions are random, so that one index over all of them would write another page for every entry, however
 * few there are in a commit. So the index is in generations: a commit writes the pages of the newest one, and a search looks into each. This
 * many are some thirty pages, and a search of a log of a million entries looks into 245.
 */
const GENERATION = sql.lit(4096);
/** Characters of an id by which it is found: 48 bits. What is found is held against the whole id. */
const LENGTH = sql.lit(12);

/** Puts the entries of a table that name a decision into the index, from one of the log's indices on. */
function indexFrom(db: Kysely<Tables>, table: "log_entry" | "log_expired", first: number): InsertQueryBuilder<Tables, "log_decision", InsertResult> {
  const found = db
    .selectFrom(table)
    .select([sql<number>`log_index / ${GENERATION}`.as("generation"), sql<string>`substr(decision_id, 1, ${LENGTH})`.as("fingerprint"), "log_index"])
    .where("log_index", ">=", first)
    .where("decision_id", "is not", null);
  return db.insertInto("log_decision").columns(["generation", "fingerprint", "log_index"]).expression(found);
}

/** Makes the index anew from what the log holds. */
export async function indexDecisions(db: Kysely<Tables>): Promise<void> {
  await db.deleteFrom("log_decision").execute();
  for (const table of ["log_entry", "log_expired"] as const) await indexFrom(db, table, 0).execute();
}

/** Puts what was just appended into the index. Each belongs to one database: its statement is compiled once. */
export class DecisionIndexer {
  #query: CompiledQuery | undefined;

  async index(tx: Kysely<Tables>, first: number): Promise<void> {
    this.#query ??= indexFrom(tx, "log_entry", 0).compile();
    await tx.executeQuery({ ...this.#query, parameters: [first] });
  }
}

/**
 * Where entries of these decisions may be, in a query: the log's indices after that one, with few that are of others.
 *
 * @param decisionIds - at least one
 */
export function indicesOf(decisionIds: readonly string[], after = -1): RawBuilder<number> {
  const fingerprints = listed([...new Set(decisionIds)]).map((id) => sql`substr(${id}, 1, ${LENGTH})`);
  return sql<number>`(
    with recursive generation(n) as (
      select cast(${after + 1} as bigint) / ${GENERATION}
      union all
      select n + 1 from generation where n < (select max(generation) from log_decision)
    )
    select log_decision.log_index
    from generation cross join log_decision
    where log_decision.generation = generation.n and log_decision.fingerprint in (${sql.join(fingerprints)})
  )`;
}
