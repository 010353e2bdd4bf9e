/** C0 and C1 controls, and the characters that reorder a line: a name in a file must not steer the terminal. */
const STEERING = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Text from outside as it may be shown; lines stay lines. */
export function plainText(text: string): string {
  return text.replace(STEERING, "�");
}

/** The same on one line. */
export function oneLine(text: string): string {
  return plainText(text.replace(/\s+/g, " "));
}
