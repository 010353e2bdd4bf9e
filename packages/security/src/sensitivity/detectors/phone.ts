import type { Detector, Span } from "../detector.ts";
import { digitRuns, partOf, type DigitRun, type RunPart } from "./digit-runs.ts";

const MAX_GROUPS = 8;
const CONTEXT =
  /(?:phone|tel|telefon|telephone|tél|mobile?|mobil|handy|cell|call|fax|whatsapp|sms|ring|numero|número|nummer)[^\p{L}\p{N}]{0,6}(?:\p{L}{1,8}[^\p{L}\p{N}]{1,4}){0,2}$/iu;
const DATE = /^(?:\d{2}[-./ ]\d{2}[-./ ]\d{4}|\d{4}[-./ ]\d{2}[-./ ]\d{2})/;

/**
 * Phone numbers: international ones (`+` or `00`, ITU-T E.164: 8 to 15 digits), North American ones in their usual form
 * (555-123-4567), national ones that begin with 0 and are written in groups (030 1234567), and any 7 to 15 digits after a
 * word such as phone, tel or mobile. Dates and plain long numbers are none.
 */
export const phoneDetector: Detector = {
  name: "phone",
  labels: ["personal"],
  *find(text: string): Iterable<Span> {
    for (const run of digitRuns(text)) yield* phonesIn(text, run);
  },
};

/** At most eight groups ahead of each group: linear. */
function* phonesIn(text: string, run: DigitRun): Iterable<Span> {
  const groups = run.starts.length;
  for (let first = 0; first < groups; first++) {
    const start = run.starts[first] ?? 0;
    if (glued(text, start)) continue;
    const most = Math.min(groups, first + MAX_GROUPS) - 1;
    const found = international(text, run, first, most) ?? northAmerican(text, run, first) ?? national(text, run, first, most);
    if (found === undefined) continue;
    yield found.part;
    first = found.last;
  }
}

interface Found {
  readonly part: RunPart;
  readonly last: number;
}

/** The longest run of groups from `first` on whose digits are within the bounds. */
function longest(text: string, run: DigitRun, first: number, most: number, least: number, limit: number): Found | undefined {
  let digits = 0;
  let last = first;
  for (; last <= most; last++) {
    const size = (run.ends[last] ?? 0) - (run.starts[last] ?? 0);
    if (digits + size > limit) break;
    digits += size;
  }
  if (digits < least) return undefined;
  return { part: partOf(text, run, first, last - 1), last: last - 1 };
}

function international(text: string, run: DigitRun, first: number, most: number): Found | undefined {
  const start = run.starts[first] ?? 0;
  const before = text.slice(Math.max(0, start - 3), start);
  // After a letter or digit the plus is a sum.
  const plus = /(?:^|[^\p{L}\p{N}])\+\(?$/u.test(before);
  const group = text.slice(start, Math.min(run.ends[first] ?? 0, start + 16));
  if (plus) return /^[1-9]/.test(group) ? longest(text, run, first, most, 8, 15) : undefined;
  return /^00[1-9]/.test(group) ? longest(text, run, first, most, 11, 17) : undefined;
}

function northAmerican(text: string, run: DigitRun, first: number): Found | undefined {
  if (first + 2 >= run.starts.length) return undefined;
  const part = partOf(text, run, first, first + 2);
  if (part.sizes.join("-") !== "3-3-4" || !/^[2-9]\d\d[2-9]/.test(part.digits)) return undefined;
  const [one, two] = part.separators;
  const usual = one === two || one?.startsWith(")") === true;
  return usual && one !== "/" ? { part, last: first + 2 } : undefined;
}

function national(text: string, run: DigitRun, first: number, most: number): Found | undefined {
  const start = run.starts[first] ?? 0;
  // A word can only stand before the first group of a run.
  if (first === 0 && CONTEXT.test(text.slice(Math.max(0, start - 40), start))) return longest(text, run, first, most, 7, 15);
  const before = text.charAt(start - 1);
  if (text.charAt(start) !== "0" || !/[1-9]/.test(text.charAt(start + 1)) || /[:./-]/.test(before)) return undefined;
  if (DATE.test(text.slice(start, start + 10))) return undefined;
  const found = longest(text, run, first, most, 9, 12);
  if (found === undefined || found.part.sizes.length < 2) return undefined;
  // Groups of at least two digits, and no decimals: 0.123.456 is none.
  const plain = found.part.sizes.every((size) => size >= 2);
  return plain ? found : undefined;
}

/** Inside a word, such as a serial number or a hash. */
function glued(text: string, start: number): boolean {
  return /[A-Za-z0-9_]/.test(text.charAt(start - 1));
}
