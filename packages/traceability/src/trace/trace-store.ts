import { fromHex, type CanonicalPart, type Digest } from "@caio/core";

import type { DecisionOpening } from "../erasure/decision-key-store.ts";
import type { ExpiredLink } from "../log/chain.ts";
import type { LogEntry } from "../log/log-entry.ts";
import type { MerkleLog } from "../log/merkle-log.ts";

/** What an entry is found by. */
export interface EntryKeys {
  readonly kind: LogEntry["kind"];
  readonly tenant: string | null;
  readonly decisionId: Digest | null;
  /** The service chosen or called. */
  readonly service: string | null;
  /** When it was decided, ended or said, milliseconds since 1970-01-01T00:00:00Z; null for versions. */
  readonly time: number | null;
  /** The version of H that a decision stands on. */
  readonly history?: number;
}

/** One entry as it is kept. */
export interface StoredEntry {
  /** Canonical JSON: exactly the bytes that are hashed. */
  readonly text: string;
  readonly keys: EntryKeys;
  /** Canonical JSON of the certificate of a decision; null for everything else, or if it was not kept. */
  readonly certificate: string | null;
  /** True where the certificate was kept and is past its retention. */
  readonly certificateExpired?: true;
  /** The leaf hash of `text`, in hex, where the writer has it already: a store may take it over, and need not keep it. */
  readonly hash?: Digest;
  /** Kept with a decision, in the same step, but never given back with it: `DecisionKeyStore` is where it is, until it is erased. */
  readonly opening?: DecisionOpening;
}

/** The certificate of a decision: its text, or the text in parts, so that what many have in common need not be kept again. */
export type CertificateText = string | readonly CanonicalPart[];

/** One entry as it is appended. */
export interface AppendedEntry extends Omit<StoredEntry, "certificate" | "certificateExpired"> {
  readonly certificate: CertificateText | null;
}

/** What is left of an entry that is past its retention: its place in the tree, and what a decision is found by. */
export interface ExpiredEntry {
  readonly text: null;
  /** Its leaf hash, in hex. */
  readonly leaf: Digest;
  /** Without service and time. */
  readonly keys: EntryKeys;
  readonly certificate: null;
}

/** What is kept beside an entry. */
export type BesideEntry = Partial<Pick<AppendedEntry, "certificate" | "opening">>;

/** Which entries are wanted: those that meet every term that is said. */
export interface EntryQuery {
  readonly kind?: LogEntry["kind"];
  readonly tenant?: string | null;
  readonly decisionId?: Digest;
  /** Of any of these decisions. */
  readonly decisionIds?: readonly Digest[];
  /** Null: entries that name no service, as refusals. */
  readonly service?: string | null;
  /** From this time on. */
  readonly from?: number;
  /** Before this time. */
  readonly until?: number;
  /** Only entries after this index: where the page before ended. */
  readonly after?: number;
  /** Only entries before this index. */
  readonly before?: number;
  /** True: the newest come first, and `limit` keeps those. */
  readonly newestFirst?: boolean;
  /** At most this many; default 100. */
  readonly limit?: number;
}

/** Which parts of entries are read. */
export interface ReadParts {
  /** False: certificates are not needed, and a store may give null for them. They are the bulk of what is kept. */
  readonly certificates?: boolean;
}

/** Where the log is kept. Implementations must make an append durable before it resolves. */
export interface TraceStore {
  /** How many entries there are. */
  size(): Promise<number>;
  /**
   * Appends all entries or none.
   *
   * @param start - the size that the writer believes the log has
   * @throws CaioError `IntegrityViolation` if it has another: there is a second writer.
   */
  append(start: number, entries: readonly AppendedEntry[]): Promise<void>;
  /**
   * At most `count` entries from index `start` on, in order and without a hole.
   *
   * @throws CaioError `IntegrityViolation` for an entry that is gone and was not removed by retention
   */
  read(start: number, count: number, parts?: ReadParts): Promise<readonly (StoredEntry | ExpiredEntry)[]>;
  /** Indices of the entries that meet the query, in order (`newestFirst`: in the opposite one). Expired ones are found by the id of their decision alone. */
  find(query: EntryQuery): Promise<readonly number[]>;
}

/** What an entry is found by. */
export function keysOf(entry: LogEntry): EntryKeys {
  const { kind, tenant, body } = entry;
  switch (kind) {
    case "decision":
      return { kind, tenant, decisionId: body.decisionId, service: body.selected?.service ?? null, time: body.now, history: body.inputs.history.version };
    case "outcome":
      return { kind, tenant, decisionId: body.decisionId, service: body.service, time: body.endedAt };
    case "feedback":
      return { kind, tenant, decisionId: body.decisionId, service: body.service, time: body.receivedAt };
    default:
      return { kind, tenant, decisionId: null, service: null, time: null };
  }
}

/** True if the keys meet every term of the query but its page. */
export function meetsQuery(keys: EntryKeys, query: EntryQuery): boolean {
  const { kind, tenant, decisionId, decisionIds, service, from, until } = query;
  if (kind !== undefined && keys.kind !== kind) return false;
  if (tenant !== undefined && keys.tenant !== tenant) return false;
  if (decisionId !== undefined && keys.decisionId !== decisionId) return false;
  if (decisionIds !== undefined && (keys.decisionId === null || !decisionIds.includes(keys.decisionId))) return false;
  if (service !== undefined && keys.service !== service) return false;
  if (from !== undefined && (keys.time === null || keys.time < from)) return false;
  return until === undefined || (keys.time !== null && keys.time < until);
}

/** What the chain is checked by: the text of an entry, or what is left of it. */
export function linkOf(entry: StoredEntry | ExpiredEntry): string | ExpiredLink {
  return entry.text ?? { tenant: entry.keys.tenant, leaf: entry.leaf };
}

/** Appends an entry to a tree as the store has it: an expired one by its leaf hash. */
export function appendStored(tree: MerkleLog, entry: StoredEntry | ExpiredEntry): void {
  if (entry.text === null) tree.appendLeafHash(fromHex(entry.leaf));
  else tree.append(entry.text);
}
