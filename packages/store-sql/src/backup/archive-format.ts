import { CaioError, canonicalJson } from "@caio/core";
import { z } from "zod";

import type { ArchiveColumns } from "./archive-tables.ts";

/** The version of the form, in the first line. */
export const ARCHIVE_VERSION = 1;
/** No line of an archive is longer, in bytes: whoever reads one needs no more memory than that. */
export const MAX_LINE = 64 * 1024 * 1024;

/** One log of an archive: whose it is, and what it is held against. */
export interface ArchiveLog {
  /** "" for a file, which has one. */
  readonly instance: string;
  readonly size: number;
  /** Of its tree, in hex. */
  readonly root: string;
  /** The newest signed checkpoint; null if there is none. */
  readonly checkpoint: string | null;
}

/** The first line of an archive. */
export interface ArchiveHeader {
  readonly caio_backup: typeof ARCHIVE_VERSION;
  /** The newest migration of the schema. */
  readonly schema: string;
  /** When it was begun, milliseconds since 1970-01-01T00:00:00Z. */
  readonly made_at: number;
  /** False: what opens decisions was left out. */
  readonly openings: boolean;
  readonly logs: readonly ArchiveLog[];
  readonly columns: ArchiveColumns;
}

/** Before the rows of a table: which one, and of which log; null: shared. */
export interface ArchiveBlock {
  readonly table: string;
  readonly log: number | null;
}

/** The last line: how many rows there are, and the SHA-256 of all bytes before this line, in hex. */
export interface ArchiveFooter {
  readonly rows: number;
  readonly sha256: string;
}

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const name = z.string().regex(/^[a-z_]{1,64}$/);

export const headerShape: z.ZodType<ArchiveHeader> = z.strictObject({
  caio_backup: z.literal(ARCHIVE_VERSION),
  schema: z.string().regex(/^[0-9]{4}-[a-z-]{1,64}$/),
  made_at: count,
  openings: z.boolean(),
  logs: z.array(z.strictObject({ instance: z.string().regex(/^[a-z0-9_]{0,32}$/), size: count, root: hex, checkpoint: z.string().max(1_000_000).nullable() })).min(1).max(1000),
  columns: z.record(name, z.array(name).min(1).max(100)),
});
export const blockShape: z.ZodType<ArchiveBlock> = z.strictObject({ table: name, log: count.nullable() });
export const footerShape: z.ZodType<ArchiveFooter> = z.strictObject({ rows: count, sha256: hex });

/** A line of an archive. */
export function lineOf(value: ArchiveHeader | ArchiveBlock | ArchiveFooter | readonly unknown[]): string {
  return `${canonicalJson(value)}\n`;
}

/** The error for what is no whole archive. */
export function badArchive(place: string, found: string, expected: string): CaioError<"IntegrityViolation"> {
  const message = `${place}: found ${found}, expected ${expected}. The archive is damaged or cut off, and nothing of it was restored: use another one.`;
  return new CaioError("IntegrityViolation", message, { details: { place, found, expected, reason: "archive" } });
}
