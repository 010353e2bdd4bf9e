import { CaioError } from "@caio/core";
import type { CompiledQuery, Kysely } from "kysely";

import type { Tables } from "../schema/tables.ts";
import { corruptRow } from "../stores/row-door.ts";
import { TreeFrontier } from "./tree-frontier.ts";

const PLACE = { table: "log_head", key: "1" };

/** The frontier of the log as the last append left it. @throws CaioError `IntegrityViolation` */
export async function readHead(db: Kysely<Tables>): Promise<TreeFrontier> {
  const row = await db.selectFrom("log_head").selectAll().where("id", "=", 1).executeTakeFirst();
  if (row === undefined) return TreeFrontier.empty;
  const frontier = TreeFrontier.parse(row.size, row.peaks);
  if (frontier?.root !== row.root) throw corruptRow(PLACE, "a root that is not that of its subtrees");
  return frontier;
}

/** Keeps frontiers. Each belongs to one database: its statements are compiled once. */
export class HeadWriter {
  #first: CompiledQuery | undefined;
  #next: CompiledQuery | undefined;

  /**
   * Keeps the frontier, in the same transaction as the entries that made it.
   *
   * @returns false if the log has another size than `before`: then nothing is changed
   */
  async write(tx: Kysely<Tables>, before: number, { size, root, peaks }: TreeFrontier): Promise<boolean> {
    const query = before === 0 ? this.#firstQuery(tx) : this.#nextQuery(tx);
    const parameters = before === 0 ? [1, size, root, peaks, size, root, peaks, 0] : [size, root, peaks, 1, before];
    return (await tx.executeQuery({ ...query, parameters })).numAffectedRows === 1n;
  }

  #firstQuery(tx: Kysely<Tables>): CompiledQuery {
    const any = { size: 0, root: "", peaks: "" };
    return (this.#first ??= tx
      .insertInto("log_head")
      .values({ id: 1, ...any })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(any).where("log_head.size", "=", 0))
      .compile());
  }

  #nextQuery(tx: Kysely<Tables>): CompiledQuery {
    const any = { size: 0, root: "", peaks: "" };
    return (this.#next ??= tx.updateTable("log_head").set(any).where("id", "=", 1).where("size", "=", 0).compile());
  }
}

/** The error for a log that somebody else has moved on from where this writer left it. */
export function headMoved(expected: number): CaioError<"IntegrityViolation"> {
  const message = `The log has no longer the ${String(expected)} entries that this writer left. A log has one writer: open it again.`;
  return new CaioError("IntegrityViolation", message, { details: { found: "another size", expected } });
}

/** The error for entries that do not follow. */
export function secondWriter(found: number, expected: number): CaioError<"IntegrityViolation"> {
  const message = `The log has ${String(found)} entries, the writer expected ${String(expected)}. A log has one writer: open it again.`;
  return new CaioError("IntegrityViolation", message, { details: { found, expected } });
}
