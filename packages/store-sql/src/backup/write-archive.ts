import { createHash } from "node:crypto";

import { ARCHIVE_VERSION, lineOf, type ArchiveHeader, type ArchiveLog } from "./archive-format.ts";
import { archiveTables, type Row } from "./archive-tables.ts";
import type { Snapshot } from "./snapshot.ts";

/** Bytes that are given out at once, at least. */
const CHUNK = 65_536;

/** What an archive holds, and when it was begun. */
export interface ArchiveOptions {
  /** Now, milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  /** True: what opens decisions is left out, as if it had been erased. */
  readonly withoutOpenings?: boolean | undefined;
}

/** An archive of a snapshot, in pieces, with no more in memory than a page of rows. Equal snapshots and options give equal bytes. */
export async function* writeArchive(snapshot: Snapshot, { at, withoutOpenings = false }: ArchiveOptions): AsyncGenerator<Uint8Array> {
  const chunks = new Chunks();
  const logs = await Promise.all(snapshot.instances.map((instance, index) => logOf(snapshot, instance, index)));
  const header: ArchiveHeader = { caio_backup: ARCHIVE_VERSION, schema: snapshot.schema, made_at: at, openings: !withoutOpenings, logs, columns: snapshot.columns };
  chunks.add(lineOf(header));
  let rows = 0;
  for await (const { block, page } of blocksOf(snapshot, withoutOpenings)) {
    if (block !== undefined) chunks.add(block);
    for (const row of page) chunks.add(`${JSON.stringify(row)}\n`);
    rows += page.length;
    yield* chunks.full(CHUNK);
  }
  yield* chunks.full(0);
  yield Buffer.from(lineOf({ rows, sha256: chunks.digest() }));
}

/** A page of a table, and the line before it where a table begins. */
interface Part {
  readonly block: string | undefined;
  readonly page: readonly Row[];
}

/** Pages of all tables: what is shared, then log after log. */
async function* blocksOf(snapshot: Snapshot, withoutOpenings: boolean): AsyncGenerator<Part> {
  for (const log of [null, ...snapshot.instances.keys()]) {
    const tables = archiveTables.filter(({ name, part }) => (part === "shared") === (log === null) && name in snapshot.columns && name !== "log_expired");
    for (const { name, key } of tables) {
      if (name === "log_entry") yield* entriesOf(snapshot, log);
      else yield* tableOf(snapshot, { name, key, log, erase: withoutOpenings && name === "decision_key" });
    }
  }
}

async function* tableOf(snapshot: Snapshot, { name, key, log, erase }: { readonly name: string; readonly key: readonly string[]; readonly log: number | null; readonly erase: boolean }): AsyncGenerator<Part> {
  let block: string | undefined = lineOf({ table: name, log });
  for await (const page of snapshot.pages(name, key, log)) {
    yield { block, page: erase ? erased(page, snapshot.columns[name] ?? []) : page };
    block = undefined;
  }
}

/** Entries and what is left of expired ones, in the order of the log, so that whoever reads it can hash it in one go. */
async function* entriesOf(snapshot: Snapshot, log: number | null): AsyncGenerator<Part> {
  const tables = ["log_entry", "log_expired"].filter((name) => name in snapshot.columns);
  const sources = tables.map((name) => new InOrder(name, snapshot.columns[name] ?? [], snapshot.pages(name, ["log_index"], log)));
  let before: string | undefined;
  for (;;) {
    for (const source of sources) await source.fill();
    const [first, second] = sources.toSorted((a, b) => a.index - b.index);
    if (first === undefined || first.index === Number.POSITIVE_INFINITY) return;
    yield { block: first.name === before ? undefined : lineOf({ table: first.name, log }), page: first.before(second?.index ?? Number.POSITIVE_INFINITY) };
    before = first.name;
  }
}

/** Rows of one table of the log, by their places in it. */
class InOrder {
  readonly name: string;
  readonly #column: number;
  readonly #pages: AsyncGenerator<readonly Row[]>;
  #page: readonly Row[] = [];

  constructor(name: string, columns: readonly string[], pages: AsyncGenerator<readonly Row[]>) {
    this.name = name;
    this.#column = columns.indexOf("log_index");
    this.#pages = pages;
  }

  /** Place of the next row; infinite at the end. */
  get index(): number {
    return Number(this.#page[0]?.[this.#column] ?? Number.POSITIVE_INFINITY);
  }

  /** Reads on if nothing is at hand. */
  async fill(): Promise<void> {
    if (this.#page.length > 0) return;
    const step = await this.#pages.next();
    this.#page = step.done === true ? [] : step.value;
  }

  /** Takes those of the rows at hand that stand before a place. */
  before(index: number): readonly Row[] {
    const end = this.#page.findIndex((row) => Number(row[this.#column]) >= index);
    const taken = end < 0 ? this.#page : this.#page.slice(0, end);
    this.#page = end < 0 ? [] : this.#page.slice(end);
    return taken;
  }
}

async function logOf(snapshot: Snapshot, instance: string, log: number): Promise<ArchiveLog> {
  const [head] = await cellsOf(snapshot, "log_head", log, ["size", "root"]);
  const [checkpoint] = await cellsOf(snapshot, "checkpoint", log, ["note"]);
  return { instance, size: Number(head?.[0] ?? 0), root: String(head?.[1] ?? EMPTY_ROOT), checkpoint: checkpoint === undefined ? null : String(checkpoint[0]) };
}

/** Of no entries: SHA-256 of nothing (RFC 9162 §2.1.1). */
const EMPTY_ROOT = createHash("sha256").digest("hex");

async function cellsOf(snapshot: Snapshot, table: string, log: number, wanted: readonly string[]): Promise<readonly Row[]> {
  const columns = snapshot.columns[table] ?? [];
  const found: Row[] = [];
  for await (const page of snapshot.pages(table, ["id"], log)) found.push(...page.map((row) => wanted.map((name) => row[columns.indexOf(name)] ?? null)));
  return found;
}

/** As `DecisionKeyStore.erase` leaves them: that a decision had a key stays, so that it gets no other. */
function erased(page: readonly Row[], columns: readonly string[]): readonly Row[] {
  return page.map((row) => row.map((cell, at) => (columns[at] === "decision_id" ? cell : null)));
}

/** Gathers lines, and hashes them. */
class Chunks {
  readonly #hash = createHash("sha256");
  #lines: string[] = [];
  #length = 0;

  add(line: string): void {
    this.#lines.push(line);
    this.#length += line.length;
  }

  /** What was gathered, if it is at least so long. */
  *full(least: number): Generator<Uint8Array> {
    if (this.#length < least || this.#length === 0) return;
    const bytes = Buffer.from(this.#lines.join(""));
    this.#lines = [];
    this.#length = 0;
    this.#hash.update(bytes);
    yield bytes;
  }

  /** SHA-256 of everything that was given out, in hex. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}
