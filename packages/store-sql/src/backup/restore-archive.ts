import { CaioError } from "@caio/core";

import type { SignedHead } from "../log/signed-head.ts";
import { badArchive } from "./archive-format.ts";
import { FileTarget } from "./file-target.ts";
import { PostgresTarget, type PostgresRestorePlace } from "./postgres-target.ts";
import { readArchive, type ArchiveSummary } from "./read-archive.ts";
import { asArchiveError, type RestoreTarget } from "./restore-target.ts";

/** An archive that can be read more than once. */
export interface ArchiveSource {
  /** What is read, for messages. */
  readonly place: string;
  /** Its bytes from the beginning. */
  open(): AsyncIterable<Uint8Array>;
}

/** Where to, and what must hold before anything is there. */
export interface RestoreOptions {
  readonly to: { readonly file: string } | { readonly postgres: PostgresRestorePlace };
  /** A checkpoint that was published: the archive must hold a log that continues it. */
  readonly expected?: SignedHead | undefined;
  /** Told what is about to be restored, before anything is written; what it throws stops that. */
  readonly accept?: ((summary: ArchiveSummary) => void) | undefined;
}

/**
 * Checks an archive without restoring it: its form, its hash, its logs and their checkpoints. Whose signatures the checkpoints bear is
 * not asked.
 *
 * @param expected - a checkpoint that one of its logs must continue
 * @throws CaioError `IntegrityViolation`, with reason `archive` or, for an older copy, `older`
 */
export async function verifyArchive(source: ArchiveSource, expected?: SignedHead): Promise<ArchiveSummary> {
  const { place } = source;
  const summary = await readArchive(source.open(), { place, sizes: expected === undefined ? [] : [expected.size] });
  if (expected !== undefined) requireContinued(summary, expected, place);
  return summary;
}

/**
 * Restores an archive into a file or schemas of PostgreSQL that are not there yet. It is read twice: nothing is written before all of it
 * was checked. What was restored is checked again, whole, before anyone can see it; if anything is wrong nothing is left.
 *
 * @throws CaioError with `details.reason` `archive`, `older`, `not_empty`, `newer_schema` or another of `storeFaults`
 */
export async function restoreArchive(source: ArchiveSource, { to, expected, accept }: RestoreOptions): Promise<ArchiveSummary> {
  const checked = await verifyArchive(source, expected);
  accept?.(checked);
  const target: RestoreTarget = "file" in to ? new FileTarget(to.file) : new PostgresTarget(to.postgres);
  try {
    const { sha256 } = await readArchive(source.open(), { place: source.place, onHeader: (header) => target.begin(header), onRows: (rows) => target.insert(rows) });
    if (sha256 !== checked.sha256) throw badArchive(source.place, "other bytes than a moment ago", "an archive that nobody writes");
    await target.finish();
  } catch (error) {
    await target.abandon();
    throw asArchiveError(error);
  }
  return checked;
}

/** An older copy forks the log: whoever keeps the checkpoint would see two. */
function requireContinued({ header, rootAt }: ArchiveSummary, { origin, size, root }: SignedHead, place: string): void {
  const found = header.logs.map((log, at) => ({ size: log.size, root: rootAt(at, size) }));
  if (found.some((log) => log.root === root)) return;
  const longest = Math.max(...found.map((log) => log.size));
  const words = longest < size ? `a log of ${String(longest)} entries` : `another root at ${String(size)} entries`;
  const message = `${place}: found ${words}, expected one that continues the checkpoint of ${origin} at ${String(size)} entries, root ${root}. Restoring it would fork the log: use a newer copy.`;
  throw new CaioError("IntegrityViolation", message, { details: { place, found: longest, expected: size, reason: "older" } });
}
