import type { Kysely } from "kysely";

import type { MigrationHome } from "../migrate.ts";

/** What a bundle discloses of a decision, beside its key. */
export async function openings(db: Kysely<never>, { dialect, has }: MigrationHome): Promise<void> {
  if (has("log")) await db.schema.alterTable("decision_key").addColumn("disclosed", dialect.text).execute();
}
