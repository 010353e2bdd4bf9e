import { isCaioError, type Digest } from "@caio/core";

import { entryHash, type LogEntry } from "./log-entry.ts";
import { parseLogEntry } from "./parse-log-entry.ts";

/** The last entry of every tenant, null for what belongs to none. */
export type ChainHeads = ReadonlyMap<string | null, Digest>;

/** Whether entries are linked as they should be, and if not, where the first break is. */
export type ChainVerdict =
  | { readonly holds: true; readonly heads: ChainHeads }
  | { readonly holds: false; readonly position: number; readonly reason: string };

/**
 * Checks that every entry names the entry before it of its tenant. Works on a whole log, on the entries of some tenants, and
 * on a segment if the heads before it are given. It finds every change, removal, insertion and swap but those at the very end of a chain,
 * which a checkpoint finds. Never throws.
 *
 * @param texts - entries as they were logged, in order
 * @param before - heads before the first of them; none: the beginning
 */
export function verifyChain(texts: readonly string[], before: ChainHeads = new Map()): ChainVerdict {
  const heads = new Map(before);
  for (const [position, text] of texts.entries()) {
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
