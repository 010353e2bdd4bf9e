import { CaioError, isCaioError, toHex } from "@caio/core";
import { parseCheckpoint } from "@caio/traceability";
import type { Kysely } from "kysely";

import type { Tables } from "../schema/tables.ts";
import { corruptRow } from "../stores/row-door.ts";
import { readHead } from "./log-head.ts";
import { TreeFrontier } from "./tree-frontier.ts";

const PAGE = 1000;

interface SignedHead {
  readonly size: number;
  readonly root: string;
}

/**
 * Holds every entry of the log against the head that was kept with it, and against the newest signed checkpoint. Whether that
 * checkpoint is signed by the right key is for `CheckpointSigner.open` to say.
 *
 * @throws CaioError `IntegrityViolation` if the log is not the one that was written.
 */
export async function checkLog(db: Kysely<Tables>): Promise<void> {
  const head = await readHead(db);
  const signed = await signedHead(db);
  let tree = TreeFrontier.empty;
  let atSigned = signed?.size === 0 ? tree : undefined;
  for (;;) {
    const page = await entriesFrom(db, tree.size);
    if (page.length === 0) break;
    // A page that runs over the size that was signed is taken in two.
    const split = signed === undefined ? page.length : Math.min(page.length, Math.max(0, signed.size - tree.size));
    tree = tree.append(page.slice(0, split));
    if (tree.size === signed?.size) atSigned ??= tree;
    tree = tree.append(page.slice(split));
  }
  if (tree.size !== head.size) throw refuse(`${String(tree.size)} entries`, `${String(head.size)}, as the last commit left it`);
  if (tree.root !== head.root) throw refuse(`root ${tree.root}`, `${head.root}, as the last commit left it`);
  if (signed === undefined) return;
  if (atSigned === undefined) throw refuse(`${String(tree.size)} entries`, `${String(signed.size)}, which a checkpoint signed`);
  if (atSigned.root !== signed.root) throw refuse(`root ${atSigned.root} at size ${String(signed.size)}`, `${signed.root}, which a checkpoint signed`);
}

/** Texts in order, without a hole. */
async function entriesFrom(db: Kysely<Tables>, start: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("log_entry")
    .select(["log_index", "text"])
    .where("log_index", ">=", start)
    .orderBy("log_index")
    .limit(PAGE)
    .execute();
  for (const [at, { log_index: index }] of rows.entries()) {
    if (index !== start + at) throw refuse(`entry ${String(index)} after ${String(start + at)} others`, "no hole");
  }
  return rows.map(({ text }) => text);
}

async function signedHead(db: Kysely<Tables>): Promise<SignedHead | undefined> {
  const row = await db.selectFrom("checkpoint").select("note").where("id", "=", 1).executeTakeFirst();
  if (row === undefined) return undefined;
  try {
    const { size, root } = parseCheckpoint(row.note.slice(0, row.note.lastIndexOf("\n\n") + 1));
    return { size, root: toHex(root) };
  } catch (error) {
    if (!isCaioError(error)) throw error;
    throw corruptRow({ table: "checkpoint", key: "1" }, "a note that is no checkpoint", error);
  }
}

function refuse(found: string, expected: string): CaioError<"IntegrityViolation"> {
  const message = `The log was changed: found ${found}, expected ${expected}. Nothing is served from it: restore it from a copy.`;
  return new CaioError("IntegrityViolation", message, { details: { found, expected, reason: "corrupt" } });
}
