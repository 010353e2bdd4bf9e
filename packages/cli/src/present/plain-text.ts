/** Controls but the end of a line, and the characters that reorder one: a name in a file must not steer the terminal. */
const STEERING = /(?!\n)[\p{Cc}\p{Bidi_Control}]/gu;

/** Text from outside as it may be shown; lines stay lines. */
export function plainText(text: string): string {
  return text.replace(STEERING, "�");
}

/** The same on one line. */
export function oneLine(text: string): string {
  return plainText(text.replace(/\s+/g, " "));
}
