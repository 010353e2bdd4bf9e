import type { Tables } from "../schema/tables.ts";

/** A table as an archive holds it: its columns in order of their names, its rows in order of their keys. */
export interface ArchiveTable {
  readonly name: keyof Tables;
  /** What all instances share, or what belongs to the log of one. */
  readonly part: "shared" | "log";
  readonly key: readonly string[];
}

const table = (part: ArchiveTable["part"], name: keyof Tables, ...key: readonly string[]): ArchiveTable => ({ name, part, key });

/**
 * All tables of an archive, each after those that its rows refer to. Entries and what is left of expired ones stand together, in the order
 * of the log. What says who writes is no part of it: whoever opens what was restored is a new writer.
 */
export const archiveTables: readonly ArchiveTable[] = [
  table("shared", "contract", "digest"),
  table("shared", "encoding", "digest"),
  table("shared", "registry_epoch", "epoch"),
  table("shared", "registry_edit", "epoch", "position"),
  table("shared", "policy_version", "id", "version"),
  table("shared", "policy_active", "id"),
  table("shared", "policy_event", "sequence"),
  table("shared", "api_key", "key_id"),
  table("shared", "budget_book", "key_id"),
  table("shared", "budget_account", "key_id", "window_name"),
  table("shared", "budget_hold", "id"),
  table("log", "log_head", "id"),
  table("log", "checkpoint", "id"),
  table("log", "history_version", "version"),
  table("log", "history_leaf", "version", "service", "model"),
  table("log", "retention_run", "id"),
  table("log", "log_entry", "log_index"),
  table("log", "log_expired", "log_index"),
  table("log", "certificate_part", "digest"),
  table("log", "certificate", "log_index"),
  table("log", "decision_key", "decision_id"),
];

/** The columns of each table, in order of their names; a table that a schema does not have has none. */
export type ArchiveColumns = Readonly<Record<string, readonly string[]>>;

/** The value of a column. */
export type Cell = string | number | null;

/** A row, in the order of its table's columns. */
export type Row = readonly Cell[];
