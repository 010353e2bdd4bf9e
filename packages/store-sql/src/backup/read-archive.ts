import { archiveLines, type ArchiveLine } from "./archive-lines.ts";
import { ArchiveLogCheck } from "./archive-log-check.ts";
import { badArchive, blockShape, footerShape, headerShape, type ArchiveBlock, type ArchiveFooter, type ArchiveHeader } from "./archive-format.ts";
import { archiveTables, type Cell, type Row } from "./archive-tables.ts";

/** Rows that are handed on together: so many, or so many characters. */
const [BATCH_ROWS, BATCH_LENGTH] = [256, 1_000_000];

/** Rows of one table, in order. */
export interface ArchiveRows extends ArchiveBlock {
  readonly rows: readonly Row[];
}

/** What an archive holds, once all of it has been read and fits together. */
export interface ArchiveSummary {
  readonly header: ArchiveHeader;
  readonly sha256: string;
  readonly rows: number;
  /** Rows by table. */
  readonly tables: Readonly<Record<string, number>>;
  /** The root of a log at a size that was asked for; undefined if it is shorter. */
  readonly rootAt: (log: number, size: number) => string | undefined;
}

export interface ReadOptions {
  /** What is read, for messages. */
  readonly place: string;
  /** Sizes of logs at which the root is wanted. */
  readonly sizes?: readonly number[];
  readonly onHeader?: (header: ArchiveHeader) => Promise<void>;
  readonly onRows?: (rows: ArchiveRows) => Promise<void>;
}

/**
 * Reads an archive from beginning to end: its form, the order and the hashes of its logs, and the hash of all of it. Rows are handed on
 * before the end is known: whoever takes them keeps nothing until this resolves.
 *
 * @throws CaioError `IntegrityViolation` with reason `archive` for what is no whole archive
 */
export async function readArchive(bytes: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<ArchiveSummary> {
  const { place } = options;
  const lines = archiveLines(bytes, place);
  const first = await lines.next();
  if (first.done === true) throw badArchive(place, "nothing", "an archive");
  const header = objectOf(first.value, place, headerShape);
  await options.onHeader?.(header);
  const body = new ArchiveBody(header, options);
  for await (const line of lines) {
    const footer = await body.take(line);
    if (footer === undefined) continue;
    if (footer.sha256 !== line.hashBefore()) throw badArchive(place, `SHA-256 ${line.hashBefore()}`, `${footer.sha256}, as its last line says`);
    const after = await lines.next();
    if (after.done !== true) throw badArchive(`${place}, line ${String(after.value.number)}`, "something after the last line", "nothing");
    return await body.end(footer);
  }
  throw badArchive(place, "no last line", "one with the hash of all");
}

/** The lines between the first and the last. */
class ArchiveBody {
  readonly #header: ArchiveHeader;
  readonly #options: ReadOptions;
  readonly #logs: readonly ArchiveLogCheck[];
  readonly #tables = new Map<string, number>();
  #block: ArchiveBlock | undefined;
  #rows: Row[] = [];
  #length = 0;
  #total = 0;

  constructor(header: ArchiveHeader, options: ReadOptions) {
    this.#header = header;
    this.#options = options;
    this.#logs = header.logs.map((log) => new ArchiveLogCheck(log, options.sizes ?? [], options.place));
  }

  /** Takes up a line. The last one, if this is it. */
  async take(line: ArchiveLine): Promise<ArchiveFooter | undefined> {
    if (line.text.startsWith("[")) {
      this.#row(line);
      if (this.#rows.length >= BATCH_ROWS || this.#length >= BATCH_LENGTH) await this.#handOn();
      return undefined;
    }
    await this.#handOn();
    if (line.text.startsWith('{"rows":')) return objectOf(line, this.#options.place, footerShape);
    const block = objectOf(line, this.#options.place, blockShape);
    const known = archiveTables.find(({ name }) => name === block.table);
    const isLog = block.log !== null;
    if (known === undefined || !(block.table in this.#header.columns) || (known.part === "log") !== isLog || (block.log ?? 0) >= this.#logs.length) {
      throw badArchive(this.#at(line), `table ${block.table}`, "one that the first line names");
    }
    this.#block = block;
    return undefined;
  }

  /** Holds everything against the last line. */
  async end({ rows, sha256 }: ArchiveFooter): Promise<ArchiveSummary> {
    await this.#handOn();
    if (rows !== this.#total) throw badArchive(this.#options.place, `${String(this.#total)} rows`, `${String(rows)}, as its last line says`);
    const roots = this.#logs.map((log) => log.end());
    return { header: this.#header, sha256, rows, tables: Object.fromEntries(this.#tables), rootAt: (log, size) => roots[log]?.(size) };
  }

  #row(line: ArchiveLine): void {
    const block = this.#block;
    if (block === undefined) throw badArchive(this.#at(line), "a row", "the name of its table before it");
    const columns = this.#header.columns[block.table] ?? [];
    const row = rowOf(line, columns.length);
    if (row === undefined) throw badArchive(this.#at(line), "what is no row", `${String(columns.length)} texts, integers or nulls`);
    if (block.log !== null && (block.table === "log_entry" || block.table === "log_expired")) {
      const cell = (name: string): Cell => row[columns.indexOf(name)] ?? null;
      this.#logs[block.log]?.add(cell("log_index"), cell("text"), cell("leaf"), this.#at(line));
    }
    this.#rows.push(row);
    this.#length += line.text.length;
    this.#total += 1;
    this.#tables.set(block.table, (this.#tables.get(block.table) ?? 0) + 1);
  }

  async #handOn(): Promise<void> {
    if (this.#rows.length === 0 || this.#block === undefined) return;
    const rows = { ...this.#block, rows: this.#rows };
    [this.#rows, this.#length] = [[], 0];
    await this.#options.onRows?.(rows);
  }

  #at({ number }: ArchiveLine): string {
    return `${this.#options.place}, line ${String(number)}`;
  }
}

function rowOf({ text }: ArchiveLine, cells: number): Row | undefined {
  const value = jsonOf(text);
  if (!Array.isArray(value) || value.length !== cells) return undefined;
  const row: readonly unknown[] = value;
  return row.every(isCell) ? row : undefined;
}

function isCell(value: unknown): value is Cell {
  return value === null || typeof value === "string" || (Number.isSafeInteger(value) && !Object.is(value, -0));
}

function objectOf<T>(line: ArchiveLine, place: string, shape: { safeParse(value: unknown): { readonly success: boolean; readonly data?: T } }): T {
  const { data } = shape.safeParse(jsonOf(line.text));
  if (data === undefined) throw badArchive(`${place}, line ${String(line.number)}`, "another form", line.number === 1 ? "the first line of an archive" : "a line of an archive");
  return data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
