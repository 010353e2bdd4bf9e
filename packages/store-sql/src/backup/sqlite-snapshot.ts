import { sql, type Kysely, type Transaction } from "kysely";

import type { Engine, SchemaHome } from "../engine/engine.ts";
import { readHead } from "../log/log-head.ts";
import { doneMigrations } from "../schema/migrate.ts";
import type { Tables } from "../schema/tables.ts";
import { archiveTables, type ArchiveColumns } from "./archive-tables.ts";
import { pagesOf, type AnyTables, type Snapshot } from "./snapshot.ts";

/** Tables whose rows change, and are few: they are copied in the moment of the snapshot. */
const FROZEN: readonly (keyof Tables)[] = ["policy_version", "policy_active", "policy_event", "api_key", "budget_book", "budget_account", "budget_hold", "log_head", "checkpoint"];

/** How far the tables went to which rows are only added. */
interface Marks {
  readonly epoch: number;
  readonly version: number;
  readonly size: number;
}

type SnapshotSource = Pick<Engine, "db" | "commits" | "removals"> & { readonly home: SchemaHome };

/**
 * A snapshot of a file that goes on being written by the same connection. In one commit what changes is copied, and of what only grows it
 * is noted how far it went. Retention waits until the snapshot is closed; keys that are erased meanwhile are missing in it.
 */
export async function sqliteSnapshot({ db, commits, removals, home }: SnapshotSource): Promise<Snapshot> {
  const letGo = await held(removals);
  try {
    const migrations = await doneMigrations(db, home);
    const columns = await columnsOf(db);
    const frozen = FROZEN.filter((name) => name in columns);
    const marks = await commits.run((tx) => freeze(tx, frozen));
    for (const name of frozen) await indexCopy(db, name);
    return {
      schema: migrations.toSorted().at(-1) ?? "",
      columns,
      instances: [""],
      pages: (name, key) => {
        const copied = frozen.some((each) => each === name);
        return pagesOf({ db: db as unknown as Kysely<AnyTables>, from: copied ? `temp.${copyOf(name)}` : name, columns: columns[name] ?? [], key, where: copied ? undefined : withinMarks(name, marks) });
      },
      close: async () => {
        await dropCopies(db).catch(() => undefined);
        letGo();
      },
    };
  } catch (error) {
    letGo();
    throw error;
  }
}

/** Waits for the turn, and keeps it until what it gives is called. */
function held(removals: Engine["removals"]): Promise<() => void> {
  return new Promise((begun, failed) => {
    removals.run(() => new Promise<void>((ended) => { begun(ended); })).catch(failed);
  });
}

async function freeze(tx: Transaction<Tables>, names: readonly string[]): Promise<Marks> {
  await dropCopies(tx);
  for (const name of names) await sql`create temp table ${sql.id(copyOf(name))} as select * from main.${sql.id(name)}`.execute(tx);
  const epoch = await tx.selectFrom("registry_epoch").select("epoch").orderBy("epoch", "desc").limit(1).executeTakeFirst();
  const version = await tx.selectFrom("history_version").select("version").orderBy("version", "desc").limit(1).executeTakeFirst();
  const { size } = await readHead(tx);
  return { epoch: epoch?.epoch ?? 0, version: version?.version ?? 0, size };
}

function copyOf(name: string): string {
  return `snapshot_${name}`;
}

async function dropCopies(db: Kysely<Tables>): Promise<void> {
  for (const name of FROZEN) await sql`drop table if exists temp.${sql.id(copyOf(name))}`.execute(db);
}

/** A copy has no key of its own. Nobody waits for this one in a transaction. */
async function indexCopy(db: Kysely<Tables>, name: string): Promise<void> {
  const key = archiveTables.find((each) => each.name === name)?.key ?? [];
  await sql`create index temp.${sql.id(`${copyOf(name)}_key`)} on ${sql.id(copyOf(name))} (${sql.join(key.map((each) => sql.id(each)))})`.execute(db);
}

/** Which rows of a table that only grows were there. Documents are found by their digests, so that one more does no harm. */
function withinMarks(name: string, { epoch, version, size }: Marks): ReturnType<typeof sql<boolean>> | undefined {
  switch (name) {
    case "registry_epoch":
    case "registry_edit":
      return sql<boolean>`epoch <= ${epoch}`;
    case "history_version":
    case "history_leaf":
      return sql<boolean>`version <= ${version}`;
    case "log_entry":
    case "log_expired":
    case "certificate":
      return sql<boolean>`log_index < ${size}`;
    case "decision_key":
      // Of a decision whose outcome alone came later the key stays.
      return sql<boolean>`not exists (select 1 from log_entry where log_entry.decision_id = decision_key.decision_id and log_entry.kind = 'decision' and log_entry.log_index >= ${size})`;
    default:
      return undefined;
  }
}

/** The columns of the tables of an archive that are there, in order of their names. */
export async function columnsOf(db: Kysely<Tables>): Promise<ArchiveColumns> {
  const tables = await db.introspection.getTables();
  const names = archiveTables.map(({ name }) => name as string);
  return Object.fromEntries(tables.filter(({ name }) => names.includes(name)).map(({ name, columns }) => [name, columns.map((column) => column.name).sort()]));
}
