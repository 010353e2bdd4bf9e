import { isCaioError, type Digest } from "@caio/core";

import { entryHash, type LogEntry } from "./log-entry.ts";
import { parseLogEntry } from "./parse-log-entry.ts";

/** The last entry of every tenant, null for what belongs to none. */
export type ChainHeads = ReadonlyMap<string | null, Digest>;

/** An entry that is past its retention: whose it was, and its leaf hash, which the next of its tenant names. */
export interface ExpiredLink {
  readonly tenant: string | null;
  readonly leaf: Digest;
}

/** Whether entries are linked as they should be, and if not, where the first break is. */
export type ChainVerdict =
  | { readonly holds: true; readonly heads: ChainHeads }
  | { readonly holds: false; readonly position: number; readonly reason: string };

/**
 * Checks that every entry names the entry before it of its tenant. Works on a whole log, on the entries of some tenants, and
 * on a segment if the heads before it are given. It finds every change, removal, insertion and swap but those at the very end of a chain,
 * which a checkpoint finds. An expired entry's own link is gone with its text; that it is the one the next entry names is checked.
 * Never throws.
 *
 * @param entries - as they were logged, in order
 * @param before - heads before the first of them; none: the beginning
 */
export function verifyChain(entries: readonly (string | ExpiredLink)[], before: ChainHeads = new Map()): ChainVerdict {
  const heads = new Map(before);
  for (const [position, text] of entries.entries()) {
    if (typeof text !== "string") {
      heads.set(text.tenant, text.leaf);
      continue;
    }
    const entry = readEntry(text);
    if (typeof entry === "string") return { holds: false, position, reason: entry };
    const expected = heads.get(entry.tenant) ?? null;
    if (entry.prev !== expected) {
      const reason = `Found prev ${entry.prev ?? "null"}, expected ${expected ?? "null"}: an entry before it was changed, removed or moved.`;
      return { holds: false, position, reason };
    }
    heads.set(entry.tenant, entryHash(text));
  }
  return { holds: true, heads };
}

/** The entry, or why it is none. */
function readEntry(text: string): LogEntry | string {
  try {
    return parseLogEntry(text);
  } catch (error) {
    return isCaioError(error) ? error.message : "An entry that cannot be read.";
  }
}
