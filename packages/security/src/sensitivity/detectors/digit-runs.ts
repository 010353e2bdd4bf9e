/** Digits in groups with at most two separators between: `4111 1111-1111`. Positions are of the scanned text. */
export interface DigitRun {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** One group after another, from group `first` to group `last` of a run. */
export interface RunPart {
  readonly start: number;
  readonly end: number;
  /** The digits alone. */
  readonly digits: string;
  readonly sizes: readonly number[];
  readonly separators: readonly string[];
}

const SEPARATORS = " -./()\t\n\r";
const MAX_SEPARATORS = 2;

/** Whether there is any digit 0–9: most texts hold none, and are read by the engine's own search. */
export function hasDigit(text: string): boolean {
  return /[0-9]/.test(text);
}

/** Every maximal run of digit groups, in one pass over the text. */
export function* digitRuns(text: string): Iterable<DigitRun> {
  if (!hasDigit(text)) return;
  let starts: number[] = [];
  let ends: number[] = [];
  let index = 0;
  while (index < text.length) {
    if (!isDigit(text, index)) {
      index += 1;
      continue;
    }
    const start = index;
    while (isDigit(text, index)) index += 1;
    if (starts.length > 0 && !joined(text, ends[ends.length - 1] ?? 0, start)) {
      yield { starts, ends };
      starts = [];
      ends = [];
    }
    starts.push(start);
    ends.push(index);
  }
  if (starts.length > 0) yield { starts, ends };
}

/** The groups `first` … `last` of a run as one number. */
export function partOf(text: string, run: DigitRun, first: number, last: number): RunPart {
  const sizes: number[] = [];
  const separators: string[] = [];
  let digits = "";
  for (let group = first; group <= last; group++) {
    const start = run.starts[group] ?? 0;
    const end = run.ends[group] ?? 0;
    if (group > first) separators.push(text.slice(run.ends[group - 1] ?? 0, start));
    sizes.push(end - start);
    digits += text.slice(start, end);
  }
  return { start: run.starts[first] ?? 0, end: run.ends[last] ?? 0, digits, sizes, separators };
}

/** True if the character at `index` is 0–9. */
export function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

function joined(text: string, from: number, to: number): boolean {
  if (to - from > MAX_SEPARATORS) return false;
  for (let index = from; index < to; index++) {
    if (!SEPARATORS.includes(text.charAt(index))) return false;
  }
  return true;
}
