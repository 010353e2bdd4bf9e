import { CaioError, partsText, type Digest } from "@caio/core";

import type { InMemoryDecisionKeyStore } from "../erasure/decision-key-store.ts";
import { meetsQuery, type AppendedEntry, type CertificateText, type EntryQuery, type StoredEntry, type TraceStore } from "./trace-store.ts";

const PAGE = 100;

/** A log kept in memory: for tests, examples and single runs. Decisions are found by id without a scan. */
export class InMemoryTraceStore implements TraceStore {
  readonly #entries: Omit<AppendedEntry, "opening">[] = [];
  readonly #byDecision = new Map<Digest, number[]>();
  readonly #byService = new Map<string, number[]>();
  readonly #keys: Pick<InMemoryDecisionKeyStore, "keep"> | undefined;

  /** @param keys - where openings go; without it they are not kept */
  constructor(keys?: Pick<InMemoryDecisionKeyStore, "keep">) {
    this.#keys = keys;
  }

  size(): Promise<number> {
    return Promise.resolve(this.#entries.length);
  }

  append(start: number, entries: readonly AppendedEntry[]): Promise<void> {
    if (start !== this.#entries.length) {
      return Promise.reject(
        new CaioError(
          "IntegrityViolation",
          `The log has ${String(this.#entries.length)} entries, the writer expected ${String(start)}. A log has one writer: open it again.`,
          { details: { found: this.#entries.length, expected: start } },
        ),
      );
    }
    for (const { opening, ...entry } of entries) {
      const index = this.#entries.push(entry) - 1;
      if (opening !== undefined && entry.keys.decisionId !== null) this.#keys?.keep(entry.keys.decisionId, opening);
      note(this.#byDecision, entry.keys.decisionId, index);
      note(this.#byService, entry.keys.service, index);
    }
    return Promise.resolve();
  }

  read(start: number, count: number): Promise<readonly StoredEntry[]> {
    const entries = this.#entries.slice(start, start + count);
    return Promise.resolve(entries.map((entry) => ({ ...entry, certificate: textOf(entry.certificate) })));
  }

  find(query: EntryQuery): Promise<readonly number[]> {
    const { after = -1, before = this.#entries.length, limit = PAGE } = query;
    const found: number[] = [];
    for (const index of this.#mayMeet(query)) {
      if (found.length >= limit) break;
      const entry = this.#entries[index];
      if (index > after && index < before && entry !== undefined && meetsQuery(entry.keys, query)) found.push(index);
    }
    return Promise.resolve(found);
  }

  #mayMeet({ decisionId, decisionIds, service, newestFirst, after = -1, before = Infinity }: EntryQuery): Iterable<number> {
    const known = this.#among(decisionId === undefined ? decisionIds : [decisionId], service);
    if (known !== undefined) return newestFirst === true ? known.toReversed() : known;
    return newestFirst === true ? downFrom(Math.min(before, this.#entries.length) - 1, after) : this.#entries.keys();
  }

  #among(decisionIds: readonly Digest[] | undefined, service: string | null | undefined): readonly number[] | undefined {
    if (decisionIds !== undefined) return [...new Set(decisionIds)].flatMap((id) => this.#byDecision.get(id) ?? []).sort((a, b) => a - b);
    return typeof service === "string" ? (this.#byService.get(service) ?? []) : undefined;
  }
}

/** From an index down to the one above `after`. */
function* downFrom(index: number, after: number): Generator<number, void, void> {
  for (let at = index; at > after; at--) yield at;
}

function textOf(certificate: CertificateText | null): string | null {
  return certificate === null || typeof certificate === "string" ? certificate : partsText(certificate);
}

function note(index: Map<string, number[]>, key: string | null, entry: number): void {
  if (key === null) return;
  const known = index.get(key);
  if (known === undefined) index.set(key, [entry]);
  else known.push(entry);
}
