import { partsText } from "@caio/core";
import { InMemoryTraceStore, type AppendedEntry, type EntryQuery, type StoredEntry, type TraceStore } from "@caio/traceability";

/** A store that keeps something else than it was given, as a broken disk or an intruder would. */
export class FaultyStore implements TraceStore {
  readonly #kept = new InMemoryTraceStore();
  readonly #spoil: (entries: readonly StoredEntry[]) => readonly StoredEntry[];
  readonly #loses: boolean;

  /** @param options - `spoil`: what is kept of an append; `loses`: an append is confirmed and forgotten */
  constructor(options: { readonly spoil?: (entries: readonly StoredEntry[]) => readonly StoredEntry[]; readonly loses?: boolean }) {
    this.#spoil = options.spoil ?? ((entries) => entries);
    this.#loses = options.loses ?? false;
  }

  size(): Promise<number> {
    return this.#kept.size();
  }

  append(start: number, entries: readonly AppendedEntry[]): Promise<void> {
    const whole = entries.map((entry) => ({ ...entry, certificate: textOf(entry.certificate) }));
    return this.#loses ? Promise.resolve() : this.#kept.append(start, this.#spoil(whole));
  }

  read(start: number, count: number): Promise<readonly StoredEntry[]> {
    return this.#kept.read(start, count);
  }

  find(query: EntryQuery): Promise<readonly number[]> {
    return this.#kept.find(query);
  }
}

function textOf(certificate: AppendedEntry["certificate"]): string | null {
  return certificate === null || typeof certificate === "string" ? certificate : partsText(certificate);
}
