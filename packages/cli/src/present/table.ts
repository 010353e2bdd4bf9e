import type { Style } from "./style.ts";
import { padded, shortened, textWidth, wrapped } from "./text-width.ts";

/** A column and what may be done to it where a line is too short: `id` is cut in its middle, `words` go on below, `figure` stays whole. */
export interface Column {
  readonly title: string;
  readonly as: "id" | "words" | "figure";
}

type Rows = readonly (readonly string[])[];

const GAP = 2;
/** What is left of an id, and of words, before rows are shown as records instead. */
const LEAST = { id: 12, words: 10 } as const;

/**
 * Columns side by side, without lines. Where a terminal is too narrow for them: ids are cut, then words wrapped, and where even that is
 * too wide every row is a record, a line for each column. To a file or another program all of it is written as it is.
 *
 * @param columns - a title alone is a column of words
 */
export function tableText(columns: readonly (string | Column)[], rows: Rows, { columns: room }: Pick<Style, "columns"> = {}): string {
  const all = columns.map((column) => (typeof column === "string" ? { title: column, as: "words" as const } : column));
  const natural = all.map(({ title }, at) => Math.max(textWidth(title), ...rows.map((row) => textWidth(row[at] ?? ""))));
  const widths = room === undefined ? natural : fitted(all, natural, room);
  if (widths === undefined) return recordsText(all, rows, room ?? 0);
  const lines = [all.map(({ title }) => title), ...rows].flatMap((row) => rowLines(row, all, widths));
  return lines.map((line) => `${line}\n`).join("");
}

/** How wide each column may be for all of them to fit; undefined: they do not. */
function fitted(columns: readonly Column[], natural: readonly number[], room: number): readonly number[] | undefined {
  const least = columns.map(({ as, title }, at) => Math.min(natural[at] ?? 0, as === "figure" ? Infinity : Math.max(LEAST[as], as === "id" ? 0 : longestWord(title))));
  const free = room - GAP * (columns.length - 1);
  if (sum(least) > free) return undefined;
  const withoutIds = natural.map((width, at) => (columns[at]?.as === "id" ? (least[at] ?? 0) : width));
  // First ids give way; words keep what they need if that is enough.
  if (sum(withoutIds) <= free) return shared(natural, withoutIds, free);
  return shared(withoutIds, least, free);
}

/** Widths between the least and the wanted ones that fill the room: who wants little gets it, the others share what is left. */
function shared(wanted: readonly number[], least: readonly number[], room: number): readonly number[] {
  const widths = [...least];
  for (let left = room - sum(widths); left > 0; left--) {
    const narrowest = widths.reduce((best, width, at) => (width < (wanted[at] ?? 0) && (best < 0 || width < (widths[best] ?? 0)) ? at : best), -1);
    if (narrowest < 0) break;
    widths[narrowest] = (widths[narrowest] ?? 0) + 1;
  }
  return widths;
}

function rowLines(row: readonly string[], columns: readonly Column[], widths: readonly number[]): readonly string[] {
  const cells = columns.map(({ as }, at) => {
    const [text, width] = [row[at] ?? "", widths[at] ?? 0];
    return as === "id" ? [shortened(text, width)] : wrapped(text, width);
  });
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => cells.map((cell, at) => padded(cell[line] ?? "", widths[at] ?? 0)).join(" ".repeat(GAP)).trimEnd());
}

/** Each row as a record: a line for each column that has something in it. */
function recordsText(columns: readonly Column[], rows: Rows, room: number): string {
  const titles = Math.min(Math.max(...columns.map(({ title }) => textWidth(title))), Math.floor(room / 2) - GAP);
  const width = room - titles - GAP;
  const records = rows.map((row) => columns.flatMap(({ title, as }, at) => {
    const text = row[at] ?? "";
    if (text === "") return [];
    const lines = as === "id" ? [shortened(text, width)] : wrapped(text, width);
    return lines.map((line, n) => `${padded(n === 0 ? shortened(title, titles) : "", titles)}${" ".repeat(GAP)}${line}`.trimEnd() + "\n");
  }).join(""));
  return records.join("\n");
}

function longestWord(title: string): number {
  return Math.max(...title.split(" ").map(textWidth));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
