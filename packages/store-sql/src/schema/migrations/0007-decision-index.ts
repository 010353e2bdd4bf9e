import { sql, type Kysely } from "kysely";

import { indexDecisions } from "../../log/decision-index.ts";
import type { MigrationHome } from "../migrate.ts";

/**
 * Entries are found by their decision through an index in generations. That over services goes: a search that names a service reads what its
 * other terms find.
 */
export async function decisionIndex(db: Kysely<never>, { dialect: { integer, text, keyTableEnd }, has, name }: MigrationHome): Promise<void> {
  if (!has("log")) return;
  await db.schema
    .createTable("log_decision")
    .addColumn("generation", integer, (each) => each.notNull())
    .addColumn("fingerprint", text, (each) => each.notNull())
    .addColumn("log_index", integer, (each) => each.notNull())
    .addPrimaryKeyConstraint("log_decision_key", ["generation", "fingerprint", "log_index"] as never[])
    .modifyEnd(keyTableEnd)
    .execute();
  await indexDecisions(db);
  for (const index of ["log_entry_decision", "log_entry_service", "log_expired_decision"]) {
    await sql`drop index ${sql.id(...(name === undefined ? [] : [name]), index)}`.execute(db);
  }
}
