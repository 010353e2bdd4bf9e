import { CaioError } from "@caio/core";
import type { Kysely } from "kysely";

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

/** Keeps the frontier: in the same transaction as the entries that made it. */
export async function writeHead(tx: Kysely<Tables>, { size, root, peaks }: TreeFrontier): Promise<void> {
  await tx
    .insertInto("log_head")
    .values({ id: 1, size, root, peaks })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ size, root, peaks }))
    .execute();
}

/** The error for entries that do not follow. */
export function secondWriter(found: number, expected: number): CaioError<"IntegrityViolation"> {
  const message = `The log has ${String(found)} entries, the writer expected ${String(expected)}. A log has one writer: open it again.`;
  return new CaioError("IntegrityViolation", message, { details: { found, expected } });
}
