import type { Kysely } from "kysely";

import type { MigrationHome } from "../migrate.ts";

/** Rows that are read at once when decisions that are there get their version of H. */
const PAGE = 500;

/** As it is after this migration. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- kysely wants a type that can be indexed
type Entries = { readonly log_entry: { readonly log_index: number; readonly kind: string; readonly text: string; readonly history: number | null } };

/** What retention leaves of entries and of versions of H, what it did, and which version a decision stands on. */
export async function retention(db: Kysely<never>, { dialect: { integer, text, tableEnd }, has }: MigrationHome): Promise<void> {
  if (!has("log")) return;
  const { schema } = db;
  await schema.alterTable("log_entry").addColumn("history", integer).execute();
  await fillHistory(db.withTables<Entries>());
  await schema.alterTable("history_version").addColumn("removed", integer).execute();
  await schema.createIndex("log_entry_history").on("log_entry").columns(["history", "time"]).execute();
  let run = schema.createTable("retention_run").addColumn("id", integer, (each) => each.notNull()).addColumn("at", integer, (each) => each.notNull());
  run = run.addColumn("policy", text, (each) => each.notNull()).addColumn("openings", integer, (each) => each.notNull());
  for (const [plural, singular] of [["certificates", "certificate"], ["entries", "entry"], ["versions", "version"]] as const) {
    run = run.addColumn(plural, integer, (each) => each.notNull()).addColumn(`first_${singular}`, integer).addColumn(`last_${singular}`, integer);
  }
  await run.addPrimaryKeyConstraint("retention_run_key", ["id"] as never[]).modifyEnd(tableEnd).execute();
  await schema
    .createTable("log_expired")
    .addColumn("log_index", integer, (each) => each.notNull())
    .addColumn("leaf", text, (each) => each.notNull())
    .addColumn("kind", text, (each) => each.notNull())
    .addColumn("tenant", text)
    .addColumn("decision_id", text)
    .addColumn("run", integer, (each) => each.notNull())
    .addPrimaryKeyConstraint("log_expired_key", ["log_index"] as never[])
    .addForeignKeyConstraint("log_expired_run", ["run"] as never[], "retention_run", ["id"])
    .modifyEnd(tableEnd)
    .execute();
  await schema.createIndex("log_expired_decision").on("log_expired").columns(["decision_id", "log_index"]).execute();
}

async function fillHistory(db: Kysely<Entries>): Promise<void> {
  for (let after = -1; ; ) {
    const rows = await db.selectFrom("log_entry").select(["log_index", "text"]).where("kind", "=", "decision").where("log_index", ">", after).orderBy("log_index").limit(PAGE).execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    for (const { log_index: index, text } of rows) await db.updateTable("log_entry").set({ history: historyOf(text) }).where("log_index", "=", index).execute();
    after = last.log_index;
  }
}

/** What is no decision is found when the log is checked, and not here. */
function historyOf(text: string): number | null {
  try {
    const { body } = JSON.parse(text) as { body?: { inputs?: { history?: { version?: unknown } } } };
    const version = body?.inputs?.history?.version;
    return typeof version === "number" && Number.isSafeInteger(version) ? version : null;
  } catch {
    return null;
  }
}
