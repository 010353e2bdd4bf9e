import type { Kysely } from "kysely";

import type { MigrationHome } from "../migrate.ts";

/** Several instances share what is not of the log: who they are, how far each has written, and whose an open reservation is. */
export async function instances(db: Kysely<never>, { dialect, has }: MigrationHome): Promise<void> {
  if (has("shared")) {
    await db.schema.alterTable("budget_hold").addColumn("instance", dialect.text, (each) => each.notNull().defaultTo("")).execute();
  }
  if (!has("instances")) return;
  await db.schema
    .createTable("instance")
    .addColumn("name", dialect.text, (each) => each.notNull().primaryKey())
    .addColumn("log_schema", dialect.text, (each) => each.notNull())
    .execute();
  await db.schema
    .createTable("writer")
    .addColumn("instance", dialect.text, (each) => each.notNull().references("instance.name"))
    .addColumn("queue", dialect.text, (each) => each.notNull())
    .addColumn("mark", dialect.text, (each) => each.notNull())
    .addPrimaryKeyConstraint("writer_key", ["instance", "queue"] as never[])
    .execute();
}
