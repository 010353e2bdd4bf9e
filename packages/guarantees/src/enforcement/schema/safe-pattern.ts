/** log₂ of the steps that matching may take in the worst case. */
const WORK_BITS = 26;
const MAX_PATTERN = 512;
const MAX_COUNT = 1000;
/** A pattern that can only be tested on shorter texts is of no use. */
const LEAST_LENGTH = 32;

/** What makes a backtracking matcher slow: `loops` each cost a factor of the text's length, `forks` one of two. */
interface Effort {
  loops: number;
  forks: number;
}

/**
 * The longest text a pattern may be tested on so that a backtracking matcher takes at most 2^26 steps; undefined if the
 * pattern is refused: a repeated group (but for a fixed number of times), a lookaround, a back reference, over 512
 * characters, or too many loops. An upper estimate: patterns that a cleverer analysis would accept are refused too.
 */
export function longestSafeText(pattern: string): number | undefined {
  if (pattern.length > MAX_PATTERN) return undefined;
  const effort = measure(pattern);
  if (effort === undefined) return undefined;
  // Without an anchor every position is a start.
  const degree = effort.loops + (isAnchored(pattern) ? 0 : 1);
  if (degree === 0) return effort.forks <= WORK_BITS ? Number.MAX_SAFE_INTEGER : undefined;
  const bits = Math.floor((WORK_BITS - effort.forks) / degree);
  const length = bits < 0 ? 0 : 2 ** bits;
  return length < LEAST_LENGTH ? undefined : length;
}

function isAnchored(pattern: string): boolean {
  // A fork at the top could have a branch without the anchor.
  return pattern.startsWith("^") && !pattern.includes("|");
}

/** One piece: an escape, a class, a group's start or end, a fork, a quantifier, or one character. */
const PIECE =
  /\\(?:[pPu]\{[^}]*\}|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|\((?:\?(?::|<(?![=!])[^>]*>))?|\)|\||[*+?]|\{\d+(?:,\d*)?\}|[\s\S]/gu;

/** `start`: of the pattern, a group or a branch, where no quantifier may stand. */
type Last = "start" | "atom" | "group" | "quantifier";

function measure(pattern: string): Effort | undefined {
  const open: Effort[] = [{ loops: 0, forks: 0 }];
  let last: Last = "start";
  let closed: Effort = { loops: 0, forks: 0 };
  for (const [piece] of pattern.matchAll(PIECE)) {
    const top = open.at(-1);
    if (top === undefined || /^\\[1-9k]/u.test(piece)) return undefined;
    if (piece.startsWith("(")) {
      open.push({ loops: 0, forks: 0 });
      last = "start";
    } else if (piece === ")") {
      open.pop();
      const parent = open.at(-1);
      if (parent === undefined) return undefined;
      add(parent, top, 1);
      closed = top;
      last = "group";
    } else if (isQuantifier(piece)) {
      if (!applyQuantifier(piece, last, top, closed)) return undefined;
      last = "quantifier";
    } else {
      if (piece === "|") top.forks += 1;
      last = piece === "|" ? "start" : "atom";
    }
  }
  return open.length === 1 ? open[0] : undefined;
}

function isQuantifier(piece: string): boolean {
  return /^(?:[*+?]|\{\d+(?:,\d*)?\})$/u.test(piece);
}

function applyQuantifier(piece: string, last: Last, top: Effort, closed: Effort): boolean {
  // `(?=`, `(?!` and their like arrive here: a `?` at the start of a group.
  if (last === "start") return false;
  // After a quantifier, `?` only makes it lazy.
  if (last === "quantifier") return piece === "?";
  if (piece === "?") {
    top.forks += 1;
    return true;
  }
  const fixed = /^\{(\d+)\}$/u.exec(piece)?.[1];
  if (fixed !== undefined) {
    const count = Number(fixed);
    if (count > MAX_COUNT) return false;
    if (last === "group") add(top, closed, Math.max(0, count - 1));
    return true;
  }
  if (last === "group") return false;
  const most = /,(\d+)\}$/u.exec(piece)?.[1];
  if (most !== undefined && Number(most) > MAX_COUNT) return false;
  top.loops += 1;
  return true;
}

function add(to: Effort, effort: Effort, times: number): void {
  to.loops += effort.loops * times;
  to.forks += effort.forks * times;
}
