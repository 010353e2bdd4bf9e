import { stripVTControlCharacters } from "node:util";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** What takes two columns of a terminal: emoji, and the scripts whose signs are as wide as they are high (UAX #11, W and F). */
const WIDE = /^(?:\p{Emoji_Presentation}|(?![\uff61-\uffdc])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6])/u;
const NOTHING = /^[\p{Cc}\p{Cf}\p{M}]+$/u;
const SIMPLE = /^[\x20-\x7e]*$/;

/** Columns of a terminal that a text on one line takes; colours take none. */
export function textWidth(text: string): number {
  if (SIMPLE.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += signWidth(segment);
  return width;
}

/** The text with spaces up to a width. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** The text if it fits, else its beginning and its end with a sign for what is left out between them: by either one knows an id again. */
export function shortened(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const signs = Array.from(graphemes.segment(stripVTControlCharacters(text)), ({ segment }) => segment);
  const [head, tail] = [Math.ceil((width - 1) * 0.7), Math.floor((width - 1) * 0.3)];
  return `${taken(signs, head)}…${taken(signs.reverse(), tail, true)}`;
}

/** The text on lines that are no wider, broken between words, and within one only if it is wider than a line. */
export function wrapped(text: string, width: number): readonly string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of stripVTControlCharacters(text).split(" ").filter((each) => each !== "").flatMap((each) => broken(each, width))) {
    if (line !== "" && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

/** A word as pieces, each of which fits a line; broken behind a sign that divides it, where one is near the end. */
function broken(word: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let rest = word;
  while (textWidth(rest) > width) {
    const fits = taken(Array.from(graphemes.segment(rest), ({ segment }) => segment), width);
    const at = Math.max(...[",", "/", ".", "_", "-", "="].map((sign) => fits.lastIndexOf(sign) + 1));
    const piece = at > fits.length / 2 ? fits.slice(0, at) : fits;
    if (piece === "") break;
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...pieces, rest];
}

function taken(signs: readonly string[], width: number, backwards = false): string {
  const fits: string[] = [];
  let used = 0;
  for (const sign of signs) {
    used += signWidth(sign);
    if (used > width) break;
    fits.push(sign);
  }
  return (backwards ? fits.reverse() : fits).join("");
}

function signWidth(sign: string): number {
  if (NOTHING.test(sign)) return 0;
  return WIDE.test(sign) || sign.includes("\ufe0f") ? 2 : 1;
}
