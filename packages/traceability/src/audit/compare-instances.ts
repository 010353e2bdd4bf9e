import { isCaioError, type Digest } from "@caio/core";

import type { SharedVersionReference } from "../certificate/decision-body.ts";
import { parseLogEntry } from "../log/parse-log-entry.ts";
import type { AuditFinding } from "./audit-finding.ts";

/** The log of one of several instances that share registry and policies. */
export interface InstanceLog {
  readonly origin: string;
  /** From the beginning, as they were logged. */
  readonly entries: readonly string[];
}

/** How far apart instances may be. */
export interface InstanceBounds {
  /** How old a snapshot may be before its decision has to say so: the deployment's configuration. Milliseconds. */
  readonly boundMs: number;
  /** How far the clocks of two instances may differ, milliseconds; 1 000 unless said. */
  readonly skewMs?: number;
}

/** A decision that hid how old its snapshot was, or stood on another content of a version than others: in which log, and whose log shows it. */
export interface InstanceFinding extends AuditFinding {
  readonly kind: "hidden_staleness" | "version_conflict";
  readonly origin: string;
  readonly shownBy: string;
}

interface Seen {
  readonly origin: string;
  readonly logIndex: number;
  readonly now: number;
  readonly version: number;
  readonly digest: Digest;
  readonly stale: boolean;
}

/**
 * Holds the logs of the instances of one deployment against one another: what one of them decided on was there, so that who decides on an
 * older version longer than the bound after it has to say that its snapshot is stale (certificate §3). What no other instance decided on
 * shows nothing. A version that two of them share has one content: of another one the first decision of each log is named. Entries that cannot be read are the business of each log's own audit.
 */
export function compareInstances(logs: readonly InstanceLog[], { boundMs, skewMs = 1000 }: InstanceBounds): readonly InstanceFinding[] {
  const decisions = new Map<string, Seen[]>();
  for (const { origin, entries } of logs) {
    entries.forEach((text, logIndex) => {
      for (const { key, ...seen } of namedBy(text)) {
        const known = decisions.get(key);
        if (known === undefined) decisions.set(key, [{ origin, logIndex, ...seen }]);
        else known.push({ origin, logIndex, ...seen });
      }
    });
  }
  return [...decisions].flatMap(([key, seen]) => [...conflicting(key, seen), ...hidden(key, seen, boundMs + skewMs)]);
}

function namedBy(text: string): readonly (Omit<Seen, "origin" | "logIndex"> & { readonly key: string })[] {
  const entry = readEntry(text);
  if (entry?.kind !== "decision") return [];
  const { now, inputs } = entry.body;
  const of = (key: string, { version, digest, stale }: SharedVersionReference): Omit<Seen, "origin" | "logIndex"> & { readonly key: string } => ({ key, now, version, digest, stale: stale !== undefined });
  return [of(`registry of ${entry.tenant}`, inputs.registry), of("policy", inputs.policy)];
}

function readEntry(text: string): ReturnType<typeof parseLogEntry> | undefined {
  try {
    return parseLogEntry(text);
  } catch (error) {
    if (!isCaioError(error)) throw error;
    return undefined;
  }
}

/** Versions of which two logs name different digests. */
function conflicting(what: string, seen: readonly Seen[]): InstanceFinding[] {
  const first = new Map<number, Seen>();
  const told = new Set<string>();
  return seen.flatMap((decision): InstanceFinding[] => {
    const { origin, version, digest, logIndex } = decision;
    const known = first.get(version);
    if (known === undefined) first.set(version, decision);
    const key = `${String(version)} ${origin}`;
    if (known === undefined || known.origin === origin || known.digest === digest || told.has(key)) return [];
    told.add(key);
    const message = `The decision names version ${String(version)} of the ${what} with digest ${digest.slice(0, 12)}, ${known.origin} names it with ${known.digest.slice(0, 12)} (index ${String(known.logIndex)} there).`;
    return [{ kind: "version_conflict", origin, shownBy: known.origin, logIndex, related: known.logIndex, message }];
  });
}

/** In order of time, each decision against the newest version that another instance had decided on so long before. */
function hidden(what: string, seen: readonly Seen[], ms: number): InstanceFinding[] {
  const inTime = [...seen].sort((a, b) => a.now - b.now);
  /** The newest by instance, of those early enough. */
  const newest = new Map<string, Seen>();
  let next = 0;
  return inTime.flatMap((decision): InstanceFinding[] => {
    for (let early = inTime[next]; early !== undefined && early.now + ms < decision.now; early = inTime[++next]) {
      if (early.version > (newest.get(early.origin)?.version ?? -1)) newest.set(early.origin, early);
    }
    if (decision.stale) return [];
    const newer = [...newest.values()].find(({ origin, version }) => origin !== decision.origin && version > decision.version);
    if (newer === undefined) return [];
    const message = `The decision names version ${String(decision.version)} of the ${what} and says nothing of its age, but ${newer.origin} decided on version ${String(newer.version)} ${String((decision.now - newer.now) / 1000)} s before (index ${String(newer.logIndex)} there).`;
    return [{ kind: "hidden_staleness", origin: decision.origin, shownBy: newer.origin, logIndex: decision.logIndex, related: newer.logIndex, message }];
  });
}
