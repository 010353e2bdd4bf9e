import { CaioError, fromHex, isCaioError, isDigest, leafHash } from "@caio/core";
import { keysOf, parseLogEntry, verifyChain, type ChainHeads } from "@caio/traceability";
import type { Kysely } from "kysely";

import type { LogEntryRow, Tables } from "../schema/tables.ts";
import { corruptRow } from "../stores/row-door.ts";
import { requireRecorded } from "../retention/retention-runs.ts";
import { readHead } from "./log-head.ts";
import { isExpired, readLogRows, type LogRow } from "./read-log.ts";
import { signedHeadOf, type SignedHead } from "./signed-head.ts";
import { TreeFrontier } from "./tree-frontier.ts";

const PAGE = 1000;

/**
 * Holds every entry of the log against the head that was kept with it, and against the newest signed checkpoint; an expired one by its
 * leaf hash, and against the record of what retention removed. Whether that checkpoint is signed by the right key is for
 * `CheckpointSigner.open` to say.
 *
 * @throws CaioError `IntegrityViolation` if the log is not the one that was written.
 */
export async function checkLog(db: Kysely<Tables>): Promise<void> {
  const head = await readHead(db);
  const signed = await signedHead(db);
  let tree = TreeFrontier.empty;
  let atSigned = signed?.size === 0 ? tree : undefined;
  for (;;) {
    const page = await leavesFrom(db, tree.size);
    if (page.length === 0) break;
    // A page that runs over the size that was signed is taken in two.
    const split = signed === undefined ? page.length : Math.min(page.length, Math.max(0, signed.size - tree.size));
    tree = tree.appendLeaves(page.slice(0, split));
    if (tree.size === signed?.size) atSigned ??= tree;
    tree = tree.appendLeaves(page.slice(split));
  }
  if (tree.size !== head.size) throw refuse(`${String(tree.size)} entries`, `${String(head.size)}, as the last commit left it`);
  if (tree.root !== head.root) throw refuse(`root ${tree.root}`, `${head.root}, as the last commit left it`);
  await requireEnd(db, head.size);
  await requireRecorded(db);
  if (signed === undefined) return;
  if (atSigned === undefined) throw refuse(`${String(tree.size)} entries`, `${String(signed.size)}, which a checkpoint signed`);
  if (atSigned.root !== signed.root) throw refuse(`root ${atSigned.root} at size ${String(signed.size)}`, `${signed.root}, which a checkpoint signed`);
}

/**
 * Holds every entry against the one before it of its tenant, as whoever takes up the log will do, and against the columns by which it is
 * found.
 *
 * @throws CaioError `IntegrityViolation` if a link is broken, or an entry would be found as another
 */
export async function checkChain(db: Kysely<Tables>): Promise<void> {
  let heads: ChainHeads = new Map();
  for (let start = 0; ; ) {
    const rows = await readLogRows(db, start, PAGE);
    const verdict = verifyChain(rows.map((row) => (isExpired(row) ? { tenant: row.tenant, leaf: row.leaf } : row.text)), heads);
    if (!verdict.holds) throw refuse(`a broken link at entry ${String(start + verdict.position)}`, "each entry after the one that it names");
    if (rows.length === 0) return;
    for (const row of rows) if (!isExpired(row)) requireFound(row);
    heads = verdict.heads;
    start += rows.length;
  }
}

function requireFound(row: LogEntryRow): void {
  const { kind, tenant, decisionId, service, time, history = null } = keysOf(parseLogEntry(row.text));
  const found = [row.kind, row.tenant, row.decision_id, row.service, row.time, row.history];
  if ([kind, tenant, decisionId, service, time, history].every((value, at) => value === found[at])) return;
  throw corruptRow({ table: "log_entry", key: String(row.log_index) }, "other columns than its entry says");
}

/** Whatever stands behind a hole is found here. */
async function requireEnd(db: Kysely<Tables>, size: number): Promise<void> {
  for (const table of ["log_entry", "log_expired"] as const) {
    const row = await db.selectFrom(table).select("log_index").where("log_index", ">=", size).limit(1).executeTakeFirst();
    if (row !== undefined) throw refuse(`entry ${String(row.log_index)} after ${String(size)} others`, "none after the last");
  }
}

/** Leaf hashes in order, without a hole. */
async function leavesFrom(db: Kysely<Tables>, start: number): Promise<readonly Uint8Array[]> {
  const rows = await readLogRows(db, start, PAGE);
  for (const [at, { log_index: index }] of rows.entries()) {
    if (index !== start + at) throw refuse(`entry ${String(index)} after ${String(start + at)} others`, "no hole, and each entry once");
  }
  return rows.map(leafOf);
}

function leafOf(row: LogRow): Uint8Array {
  if (!isExpired(row)) return leafHash(row.text);
  if (isDigest(row.leaf)) return fromHex(row.leaf);
  throw corruptRow({ table: "log_expired", key: String(row.log_index) }, "what is no leaf hash");
}

async function signedHead(db: Kysely<Tables>): Promise<SignedHead | undefined> {
  const row = await db.selectFrom("checkpoint").select("note").where("id", "=", 1).executeTakeFirst();
  if (row === undefined) return undefined;
  try {
    return signedHeadOf(row.note);
  } catch (error) {
    if (!isCaioError(error)) throw error;
    throw corruptRow({ table: "checkpoint", key: "1" }, "a note that is no checkpoint", error);
  }
}

function refuse(found: string, expected: string): CaioError<"IntegrityViolation"> {
  const message = `The log was changed: found ${found}, expected ${expected}. Nothing is served from it: restore it from a copy.`;
  return new CaioError("IntegrityViolation", message, { details: { found, expected, reason: "corrupt" } });
}
