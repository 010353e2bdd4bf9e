import { sql, type CreateTableBuilder, type Kysely } from "kysely";

import type { MigrationHome } from "../migrate.ts";

/** A column: its name, its kind, and whether it may be null. */
type Column = readonly [name: string, kind: "text" | "integer", nullable?: "null"];

/** The tables of version 1. What a released migration says is never changed: the next one says what is new. */
export async function stores(db: Kysely<never>, { dialect, has }: MigrationHome): Promise<void> {
  const table = (name: string, columns: readonly Column[], key: readonly string[]): CreateTableBuilder<string> => {
    let builder: CreateTableBuilder<string> = db.schema.createTable(name);
    for (const [column, kind, nullable] of columns) {
      builder = builder.addColumn(column, dialect[kind], (each) => (nullable === undefined ? each.notNull() : each));
    }
    return builder.addPrimaryKeyConstraint(`${name}_key`, [...key] as never[]).modifyEnd(dialect.tableEnd);
  };
  const shared = has("shared") ? [...registryTables(table), ...policyTables(table), ...accessTables(table)] : [];
  const log = has("log") ? logTables(table) : [];
  for (const builder of [...shared, ...log]) await builder.execute();
  if (has("shared")) await db.schema.createIndex("policy_version_digest").on("policy_version").column("digest").execute();
  if (has("log")) await indexLog(db);
}

async function indexLog(db: Kysely<never>): Promise<void> {
  await db.schema.createIndex("history_leaf_pair").on("history_leaf").columns(["service", "model", "version"]).execute();
  await db.schema.createIndex("log_entry_decision").on("log_entry").columns(["decision_id", "log_index"]).execute();
  await db.schema.createIndex("log_entry_service").on("log_entry").columns(["service", "log_index"]).execute();
  await db.schema.createIndex("log_entry_tenant").on("log_entry").columns(["tenant", "kind", "log_index"]).execute();
  await db.schema.createIndex("log_entry_time").on("log_entry").column("time").execute();
}

type Table = (name: string, columns: readonly Column[], key: readonly string[]) => CreateTableBuilder<string>;

function registryTables(table: Table): CreateTableBuilder<string>[] {
  return [
    table("contract", [["digest", "text"], ["document", "text"]], ["digest"]),
    table("encoding", [["digest", "text"], ["encoder_id", "text"], ["field", "text"]], ["digest"]),
    table("registry_epoch", [["epoch", "integer"], ["edits", "integer"]], ["epoch"]),
    table(
      "registry_edit",
      [
        ["epoch", "integer"],
        ["position", "integer"],
        ["kind", "text"],
        ["service", "text"],
        ["contract_digest", "text", "null"],
        ["encoding_digest", "text", "null"],
      ],
      ["epoch", "position"],
    )
      .addForeignKeyConstraint("registry_edit_epoch", ["epoch"] as never[], "registry_epoch", ["epoch"])
      .addForeignKeyConstraint("registry_edit_contract", ["contract_digest"] as never[], "contract", ["digest"])
      .addForeignKeyConstraint("registry_edit_encoding", ["encoding_digest"] as never[], "encoding", ["digest"]),
  ];
}

function policyTables(table: Table): CreateTableBuilder<string>[] {
  return [
    table("policy_version", [["id", "text"], ["version", "integer"], ["digest", "text"], ["document", "text"]], ["id", "version"]),
    table("policy_active", [["id", "text"], ["version", "integer"]], ["id"]).addForeignKeyConstraint(
      "policy_active_version",
      ["id", "version"] as never[],
      "policy_version",
      ["id", "version"],
    ),
    table(
      "policy_event",
      [
        ["sequence", "integer"],
        ["kind", "text"],
        ["id", "text"],
        ["version", "integer"],
        ["digest", "text"],
        ["actor", "text", "null"],
        ["at", "integer", "null"],
        ["reason", "text", "null"],
      ],
      ["sequence"],
    ),
  ];
}

function accessTables(table: Table): CreateTableBuilder<string>[] {
  return [
    table(
      "api_key",
      [
        ["key_id", "text"],
        ["hash", "text"],
        ["grant_document", "text"],
        ["created_at", "integer"],
        ["exp", "integer", "null"],
        ["revoked_at", "integer", "null"],
        ["limited", "integer"],
        ["budgeted", "integer"],
        ["day_micros", "integer", "null"],
        ["month_micros", "integer", "null"],
        ["requests_per_minute", "integer", "null"],
        ["concurrent_requests", "integer", "null"],
      ],
      ["key_id"],
    ),
    table("budget_book", [["key_id", "text"], ["latest", "integer"]], ["key_id"]),
    table(
      "budget_account",
      [["key_id", "text"], ["window_name", "text"], ["spent_micros", "integer"], ["reserved_micros", "integer"]],
      ["key_id", "window_name"],
    ).addCheckConstraint("budget_account_sign", sql`spent_micros >= 0 and reserved_micros >= 0`),
    table(
      "budget_hold",
      [
        ["id", "text"],
        ["key_id", "text"],
        ["amount_micros", "integer"],
        ["day_name", "text"],
        ["month_name", "text"],
        ["since", "integer"],
      ],
      ["id"],
    ),
  ];
}

function logTables(table: Table): CreateTableBuilder<string>[] {
  return [
    table("history_version", [["version", "integer"], ["leaves", "integer"]], ["version"]),
    table("history_leaf", [["version", "integer"], ["service", "text"], ["model", "text"], ["leaf", "text", "null"]], [
      "version",
      "service",
      "model",
    ]).addForeignKeyConstraint("history_leaf_version", ["version"] as never[], "history_version", ["version"]),
    table(
      "log_entry",
      [
        ["log_index", "integer"],
        ["kind", "text"],
        ["tenant", "text", "null"],
        ["decision_id", "text", "null"],
        ["service", "text", "null"],
        ["time", "integer", "null"],
        ["text", "text"],
      ],
      ["log_index"],
    ),
    table("certificate", [["log_index", "integer"], ["text", "text"]], ["log_index"]).addForeignKeyConstraint(
      "certificate_entry",
      ["log_index"] as never[],
      "log_entry",
      ["log_index"],
    ),
    table("log_head", [["id", "integer"], ["size", "integer"], ["root", "text"], ["peaks", "text"]], ["id"]),
    table("checkpoint", [["id", "integer"], ["note", "text"], ["signed_at", "integer"]], ["id"]),
    table("decision_key", [["decision_id", "text"], ["decision_key", "text", "null"]], ["decision_id"]),
  ];
}
