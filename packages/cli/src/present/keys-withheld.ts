/** What stands in the place of a key that was given where none belongs. */
const WITHHELD = "(what looks like a key)";
/** Errors may show what they found cut to some length: so much of a key is never shown. */
const HEAD = 12;

/** Keys as gateways and makers of models write them, tokens, and names and passwords in addresses. */
const KEYS = [/(?<=:\/\/)\S+@/g, /\bcaio_[0-9a-f]{16}_[\w-]*/g, /\beyJ[\w-]*\.[\w.-]*/g, /\bsk[-_][\w-]+/gi];
/** Letters and digits of this length, no path and no file's name. */
const LONG = /(?<![^=,|\s])[\w-]{32,}(?![^=,|\s])/g;
/** Names of words have no digits; ids of decisions and digests have to be shown. */
const isRandom = (text: string): boolean => /\d/.test(text) && !/^[0-9a-f]{64}$/.test(text);

/**
 * Takes out of a text, such as an error, what looks like a key among the arguments of a command: an error repeats what it found, and a terminal or
 * the log of a CI keeps it. Keys belong into variables and files; who gives one to `--key-file` itself made a mistake, and need not make another key.
 *
 * @param argv - the arguments of the command
 */
export function keysWithheld(argv: readonly string[]): (text: string) => string {
  const found = argv.flatMap((argument) => [...KEYS.flatMap((pattern) => argument.match(pattern) ?? []), ...(argument.match(LONG) ?? []).filter(isRandom)]);
  // As JSON writes them, too; the longest first, since one may be a part of another.
  const keys = [...new Set(found.flatMap((key) => [key, JSON.stringify(key).slice(1, -1)]))].sort((a, b) => b.length - a.length);
  return (text) => keys.reduce(without, text);
}

function without(text: string, key: string): string {
  const [before = "", ...parts] = text.split(key.slice(0, HEAD));
  return parts.reduce((done, part) => done + WITHHELD + part.slice(commonStart(part, key.slice(HEAD))), before);
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < other.length && one[length] === other[length]) length += 1;
  return length;
}
