import { MAX_DOCUMENT_BYTES } from "@caio/contracts";

/** Characters of a long text that are looked at. */
const HEAD = 4096;
/** What may stand before the document itself: blank lines, comments, the mark of its beginning. */
const PREAMBLE = /^(?:\s|#[^\n]*\n|---)*/;
const HISTORY_LINE = /^(?:caio_history|"caio_history"|'caio_history')[ \t]*:/m;
const HISTORY_MEMBER =
  /^\{\s*(?:(?:"[^"\\]*"|[\w-]+)\s*:\s*(?:"[^"\\]*"|[\w.+-]+)\s*,\s*)*(?:caio_history|"caio_history"|'caio_history')\s*:/;

/** Whether a text is over the 64 KiB that every kind of document but a history may have. */
export function isLongDocument(text: string): boolean {
  return text.length > MAX_DOCUMENT_BYTES || Buffer.byteLength(text) > MAX_DOCUMENT_BYTES;
}

/**
 * Whether a text begins as a history does: `caio_history` at the start of a line, or among the first members of a JSON
 * object, before one that nests. Looks at the first 4096 characters and parses nothing, so that a long text of
 * another kind costs no time.
 */
export function beginsAsHistory(text: string): boolean {
  const head = text.slice(0, HEAD).replace(/^\uFEFF/, "").replace(PREAMBLE, "");
  return (head.startsWith("{") ? HISTORY_MEMBER : HISTORY_LINE).test(head);
}
