import type { Kysely } from "kysely";

/** What a bundle discloses of a decision, beside its key. */
export async function openings(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable("decision_key").addColumn("disclosed", "text").execute();
}
