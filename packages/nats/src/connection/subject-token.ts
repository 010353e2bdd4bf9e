/**
 * Any text as one token of a subject: letters, digits and hyphens as they are, every other byte of its UTF-8 as `_` and two hex digits, the
 * empty text as `_`. Different texts give different tokens, and none holds a dot, a wildcard or white space, so that no name can reach
 * into another one's subjects.
 */
export function subjectToken(text: string): string {
  if (text === "") return "_";
  return [...Buffer.from(text, "utf8")].map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : `_${byte.toString(16).padStart(2, "0")}`)).join("");
}

/** The token of something that is not there. No text has it but the empty one. */
export const NO_TOKEN = "_";

/** `0-9`, `A-Z`, `a-z`, `-`. */
function isPlain(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2d;
}
