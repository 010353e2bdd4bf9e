import { isList, isObject } from "../json/json.ts";

/** An error of a condition. It is a value: `&&`, `||` and the macros absorb it as CEL does. */
export const CEL_ERROR: unique symbol = Symbol("error");
/** Items of a list in the data that a condition may read. */
export const MAX_ITEMS = 256;

/** What may still be done; running dry throws, so that no set of conditions takes for ever. */
export interface Work {
  left: number;
}
export interface Frame {
  readonly slots: unknown[];
  readonly work: Work;
}
export type Program = (frame: Frame) => unknown;

export function spend(work: Work, cost: number): void {
  work.left -= cost;
  if (work.left < 0) throw new RangeError("the conditions ask for more work than a verification may take");
}

export function select(from: unknown, field: string, test: boolean): unknown {
  if (!isObject(from)) return CEL_ERROR;
  const value: unknown = Object.hasOwn(from, field) ? from[field] : undefined;
  if (test) return value !== undefined;
  return isInt(value) || typeof value === "string" || typeof value === "boolean" || isList(value) || isObject(value) ? value : CEL_ERROR;
}

export function call(name: string, [one, two, three]: readonly Program[]): Program {
  if (one === undefined) throw new SyntaxError("a condition calls nothing");
  if (two === undefined) return (frame) => unary(name, one(frame));
  if (name === "&&" || name === "||") return (frame) => absorb(name === "||", one(frame), () => two(frame));
  if (three !== undefined) {
    return (frame) => {
      const condition = one(frame);
      return typeof condition === "boolean" ? (condition ? two : three)(frame) : CEL_ERROR;
    };
  }
  const operate = BINARY.get(name) ?? ((): unknown => CEL_ERROR);
  return (frame) => operate(one(frame), two(frame));
}

/** `||` if `winner` is true, else `&&`: the winner wins even over an error. */
function absorb(winner: boolean, left: unknown, right: () => unknown): unknown {
  if (left === winner) return winner;
  const other = right();
  if (other === winner) return winner;
  return typeof left === "boolean" && typeof other === "boolean" ? !winner : CEL_ERROR;
}

function unary(name: string, value: unknown): unknown {
  if (name === "!") return typeof value === "boolean" ? !value : CEL_ERROR;
  if (name === "negate") return isInt(value) ? int64(-BigInt(value)) : CEL_ERROR;
  return typeof value === "string" ? Array.from(value).length : isList(value) ? value.length : CEL_ERROR;
}

type Ints = (a: number | bigint, b: number | bigint) => unknown;
const onInts = (operate: Ints) => (a: unknown, b: unknown): unknown => (isInt(a) && isInt(b) ? operate(a, b) : CEL_ERROR);
const onTexts = (operate: (a: string, b: string) => boolean) => (a: unknown, b: unknown): unknown => (typeof a === "string" && typeof b === "string" ? operate(a, b) : CEL_ERROR);
const BINARY = new Map<string, (a: unknown, b: unknown) => unknown>([
  ["==", equal], ["!=", (a, b) => unary("!", equal(a, b))],
  ["<", onInts((a, b) => a < b)], ["<=", onInts((a, b) => a <= b)], [">", onInts((a, b) => a > b)], [">=", onInts((a, b) => a >= b)],
  ["+", onInts((a, b) => sum(a, b))], ["-", onInts((a, b) => sum(a, -b))], ["*", onInts((a, b) => int64(BigInt(a) * BigInt(b)))],
  ["startsWith", onTexts((a, b) => a.startsWith(b))], ["endsWith", onTexts((a, b) => a.endsWith(b))], ["contains", onTexts((a, b) => a.includes(b))],
  ["in", (a, list) => (isList(list) && isScalar(a) ? list.some((item) => equal(item, a) === true) : CEL_ERROR)],
  ["[]", (list, i) => (isList(list) && typeof i === "number" && i >= 0 && i < list.length ? list[i] : CEL_ERROR)],
]);

function sum(a: number | bigint, b: number | bigint): unknown {
  const quick = typeof a === "number" && typeof b === "number" ? a + b : NaN;
  return Number.isSafeInteger(quick) ? quick : int64(BigInt(a) + BigInt(b));
}

function equal(a: unknown, b: unknown): unknown {
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, at) => equal(item, b[at]) === true);
  return (isInt(a) && isInt(b)) || (typeof a === typeof b && (typeof a === "string" || typeof a === "boolean")) ? a === b : CEL_ERROR;
}

/** Lists hold ints, texts or bools of one type. */
export function uniform(items: readonly unknown[]): unknown {
  return items.every((item) => isScalar(item) && equal(item, items[0]) !== CEL_ERROR) ? items : CEL_ERROR;
}

export function macro(name: string, of: Program, slot: number, body: Program): Program {
  return (frame) => {
    const list = of(frame);
    if (!isList(list)) return CEL_ERROR;
    spend(frame.work, list.length);
    const each = (item: unknown): unknown => {
      frame.slots[slot] = item;
      return body(frame);
    };
    if (name === "all" || name === "exists") return quantify(name === "exists", list, each);
    const answers = list.map(each);
    if (name === "map") return uniform(answers);
    if (!answers.every((answer) => typeof answer === "boolean")) return CEL_ERROR;
    const kept = list.filter((_item, at) => answers[at] === true);
    return name === "filter" ? kept : kept.length === 1;
  };
}

function quantify(winner: boolean, list: readonly unknown[], each: (item: unknown) => unknown): unknown {
  let result: unknown = !winner;
  for (const item of list) {
    const answer = each(item);
    if (answer === winner) return winner;
    if (typeof answer !== "boolean") result = CEL_ERROR;
  }
  return result;
}

function isInt(value: unknown): value is number | bigint {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

function isScalar(value: unknown): boolean {
  return isInt(value) || typeof value === "string" || typeof value === "boolean";
}

/** Ints are numbers while they are safe, so that equal ints are identical. */
function int64(value: bigint): unknown {
  if (BigInt.asIntN(64, value) !== value) return CEL_ERROR;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
