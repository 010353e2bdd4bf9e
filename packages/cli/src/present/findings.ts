import { PARTS, type Finding, type Level } from "../doctor/finding.ts";
import { plainText } from "./plain-text.ts";
import type { Style } from "./style.ts";
import { padded, textWidth, wrapped } from "./text-width.ts";

const MARKS: Readonly<Record<Level, string>> = { ok: "✓", note: "!", wrong: "✗" };
/** What things are called is no longer, most of the time. */
const NAME_WIDTH = 16;
/** From so many columns on, words stand beside names. */
const NARROW = 60;
/** Room for words that is left to them however narrow it is. */
const LEAST = 16;

/** The head of a part. */
export function partText(part: (typeof PARTS)[number], style: Style): string {
  return `${style.bold(part.charAt(0).toUpperCase() + part.slice(1))}\n`;
}

/** A finding, and below it what to do. Where there is no room beside the name, words begin right after it. */
export function findingText({ about, level, found, next }: Finding, style: Style): string {
  const colour = { ok: style.green, note: style.yellow, wrong: style.red }[level];
  const name = plainText(about);
  const beside = textWidth(name) <= NAME_WIDTH && (style.columns ?? NARROW) >= NARROW;
  const indent = " ".repeat(beside ? NAME_WIDTH + 5 : 4);
  const room = style.columns === undefined ? Infinity : Math.max(LEAST, style.columns - indent.length);
  const words = wrapped(beside ? plainText(found) : `${name}: ${plainText(found)}`, room);
  const advice = next === undefined ? [] : wrapped(`→ ${plainText(next)}`, room).map((line) => style.dim(line));
  const head = `  ${colour(MARKS[level])} ${beside ? `${padded(name, NAME_WIDTH)} ` : ""}`;
  return `${head}${[...words, ...advice].join(`\n${indent}`)}\n`;
}

/** How many there are of each kind, and what that means. */
export function summaryText(counts: Readonly<Record<Level, number>>, style: Style): string {
  const words = `${String(counts.ok)} as they should be, ${String(counts.note)} to know, ${String(counts.wrong)} wrong`;
  return counts.wrong > 0 ? `${style.red(`✗ ${words}.`)}\n` : `${style.green(`✓ ${words}: nothing stands in the way.`)}\n`;
}
