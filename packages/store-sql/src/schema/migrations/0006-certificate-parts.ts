import type { Kysely } from "kysely";

import type { MigrationHome } from "../migrate.ts";

/** Texts that many certificates have in common, kept once, and where they stand in each. */
export async function certificateParts(db: Kysely<never>, { dialect: { integer, text, tableEnd }, has }: MigrationHome): Promise<void> {
  if (!has("log")) return;
  await db.schema.alterTable("certificate").addColumn("parts", text).execute();
  await db.schema
    .createTable("certificate_part")
    .addColumn("digest", text, (each) => each.notNull())
    .addColumn("text", text, (each) => each.notNull())
    .addColumn("until_index", integer, (each) => each.notNull())
    .addPrimaryKeyConstraint("certificate_part_key", ["digest"] as never[])
    .modifyEnd(tableEnd)
    .execute();
}
