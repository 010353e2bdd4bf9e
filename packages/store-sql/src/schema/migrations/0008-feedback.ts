import { sql, type Kysely } from "kysely";

import type { MigrationHome } from "../migrate.ts";

/** What feedback is learned by, kept and erased with what opens a decision; and how much of the log a version of H has learned. */
export async function feedback(db: Kysely<never>, { dialect: { integer, text }, has }: MigrationHome): Promise<void> {
  if (!has("log")) return;
  await db.schema.alterTable("decision_key").addColumn("learning", text).execute();
  await db.schema.alterTable("history_version").addColumn("through", integer).execute();
  // Instances look for what others took in for them. It holds what it is about and nothing else, so that no other entry pays for it.
  await db.schema.createIndex("log_entry_feedback").on("log_entry").column("log_index").where(sql.ref("kind"), "=", sql.lit("feedback")).execute();
}
