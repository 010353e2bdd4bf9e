import { sql, type Kysely } from "kysely";

import type { MigrationHome } from "../migrate.ts";

/** Which tables say by a change that something of a kind is new. */
const KINDS = { registry: ["registry_epoch"], policies: ["policy_event", "policy_active"], keys: ["api_key"] } as const;

/**
 * What instances know of one another: who is there, how often what they share has changed, who has cosigned whose checkpoints, and how often callers asked. A change is
 * counted, and told on the channel `caio_SCHEMA`, in the transaction that makes it, whoever makes it.
 */
export async function replicas(db: Kysely<never>, { dialect: { integer, text }, has, name }: MigrationHome): Promise<void> {
  if (!has("instances") || name === undefined) return;
  const { schema } = db;
  await schema
    .createTable("presence")
    .addColumn("instance", text, (each) => each.notNull().primaryKey().references("instance.name"))
    .addColumn("origin", text, (each) => each.notNull())
    .addColumn("log_keys", text, (each) => each.notNull())
    .addColumn("witness_key", text, (each) => each.notNull())
    .addColumn("seen_at", "timestamptz", (each) => each.notNull())
    .execute();
  await schema
    .createTable("cosignature")
    .addColumn("origin", text, (each) => each.notNull())
    .addColumn("witness", text, (each) => each.notNull())
    .addColumn("size", integer, (each) => each.notNull())
    .addColumn("note", text, (each) => each.notNull())
    .addColumn("line", text, (each) => each.notNull())
    .addPrimaryKeyConstraint("cosignature_key", ["origin", "witness"] as never[])
    .execute();
  await schema
    .createTable("shared_revision")
    .addColumn("kind", text, (each) => each.notNull().primaryKey())
    .addColumn("revision", integer, (each) => each.notNull())
    .execute();
  // Of the limiter that gateways use, in its form.
  await schema
    .createTable("request_rate")
    .addColumn("key", "varchar(255)", (each) => each.notNull().primaryKey())
    .addColumn("points", "integer", (each) => each.notNull().defaultTo(0))
    .addColumn("expire", "bigint")
    .execute();
  await countChanges(db, name);
}

async function countChanges(db: Kysely<never>, name: string): Promise<void> {
  const [home, counter] = [sql.id(name), sql.id(name, "count_shared_change")];
  await sql`create function ${counter}() returns trigger language plpgsql as $$
begin
  execute format('update %I.shared_revision set revision = revision + 1 where kind = $1', tg_table_schema) using tg_argv[0];
  perform pg_notify('caio_' || tg_table_schema, tg_argv[0]);
  return null;
end $$`.execute(db);
  for (const [kind, tables] of Object.entries(KINDS)) {
    await sql`insert into ${home}.shared_revision (kind, revision) values (${sql.lit(kind)}, 1)`.execute(db);
    for (const table of tables) {
      await sql`create trigger count_shared_change after insert or update or delete on ${sql.id(name, table)} for each statement execute function ${counter}(${sql.lit(kind)})`.execute(db);
    }
  }
}
