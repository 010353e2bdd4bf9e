import { isObject } from "../json/json.ts";
import { parseCel, type CelNode } from "./parse-cel.ts";

/** An error of a condition. It is a value: `&&`, `||` and the macros absorb it as CEL does. */
export const CEL_ERROR: unique symbol = Symbol("error");

/** A condition ready to run on the values of its variables, in the order of their names. */
export interface Condition {
  readonly run: (values: readonly unknown[], work: Work) => unknown;
  /** Chains of fields that it reads, such as `request.labels`. */
  readonly paths: readonly string[];
}

/** What may still be done; running dry throws, so that no set of conditions takes for ever. */
export interface Work {
  left: number;
}

/** Items of a list in the data that a condition may read. */
export const MAX_ITEMS = 256;

interface Frame {
  readonly slots: unknown[];
  readonly work: Work;
}
type Program = (frame: Frame) => unknown;
type Scope = ReadonlyMap<string, number>;

/**
 * Makes a condition of the profile ready. A name that is none of `names`, or that a macro hides, is refused.
 * @throws SyntaxError for what the profile does not hold.
 */
export function compileCel(source: string, names: readonly string[]): Condition {
  const tree = parseCel(source);
  const program = compile(tree, new Map(names.map((name, slot) => [name, slot])));
  const paths: string[] = [];
  collectPaths(tree, paths);
  const cost = 1 + source.length / 8;
  return {
    paths,
    run(values, work) {
      spend(work, cost);
      return program({ slots: [...values], work });
    },
  };
}

/** How a condition ended: its value, an error of CEL, or refused as outside the profile. Ints past 2⁵³ − 1 are bigints. */
export type CelAnswer =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "error" }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Evaluates a condition of the profile; never throws.
 *
 * @example
 * ```ts
 * import { evaluateCel } from "@caio/verifier";
 *
 * evaluateCel('"eu" in request.regions', { request: { regions: ["eu"] } }); // { kind: "value", value: true }
 * ```
 */
export function evaluateCel(source: string, variables: Readonly<Record<string, unknown>>): CelAnswer {
  try {
    const value = compileCel(source, Object.keys(variables)).run(Object.values(variables), { left: 20_000_000 });
    return value === CEL_ERROR ? { kind: "error" } : { kind: "value", value };
  } catch (problem) {
    return { kind: "refused", reason: problem instanceof Error ? problem.message : String(problem) };
  }
}

function spend(work: Work, cost: number): void {
  work.left -= cost;
  if (work.left < 0) throw new RangeError("the conditions ask for more work than a verification may take");
}

function collectPaths(node: CelNode, paths: string[]): string | undefined {
  if (node.kind === "name") return node.name;
  if (node.kind === "select") {
    const of = collectPaths(node.of, paths);
    if (of !== undefined && !node.test) paths.push(`${of}.${node.field}`);
    return of === undefined ? undefined : `${of}.${node.field}`;
  }
  const parts = node.kind === "call" ? node.args : node.kind === "list" ? node.items : node.kind === "macro" ? [node.of, node.body] : [];
  for (const part of parts) collectPaths(part, paths);
  return undefined;
}

function compile(node: CelNode, scope: Scope): Program {
  switch (node.kind) {
    case "literal":
      return () => node.value;
    case "name": {
      const slot = scope.get(node.name);
      if (slot === undefined) throw new SyntaxError(`a condition has the unknown name ${node.name}`);
      return (frame) => frame.slots[slot];
    }
    case "select": {
      const of = compile(node.of, scope);
      return (frame) => select(of(frame), node.field, node.test);
    }
    case "list": {
      const items = node.items.map((item) => compile(item, scope));
      return (frame) => uniform(items.map((item) => item(frame)));
    }
    case "macro":
      return macro(node, scope);
    case "call":
      return call(node.name, node.args.map((argument) => compile(argument, scope)));
  }
}

function select(from: unknown, field: string, test: boolean): unknown {
  if (!isObject(from)) return CEL_ERROR;
  const value: unknown = Object.hasOwn(from, field) ? from[field] : undefined;
  if (test) return value !== undefined;
  const known = isInt(value) || typeof value === "string" || typeof value === "boolean" || (typeof value === "object" && value !== null);
  return known ? value : CEL_ERROR;
}

function call(name: string, [one, two, three]: readonly Program[]): Program {
  if (one === undefined) throw new SyntaxError("a condition has a call of nothing");
  if (two === undefined) return (frame) => unary(name, one(frame));
  if (name === "&&" || name === "||") return (frame) => absorb(name === "||", one(frame), () => two(frame));
  if (three !== undefined) {
    return (frame) => {
      const condition = one(frame);
      return typeof condition === "boolean" ? (condition ? two(frame) : three(frame)) : CEL_ERROR;
    };
  }
  const operate = BINARY.get(name);
  if (operate === undefined) throw new SyntaxError(`a condition has the unknown operator ${name}`);
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
  if (typeof value === "string") return [...value].length;
  return isList(value) ? value.length : CEL_ERROR;
}

const BINARY = new Map<string, (a: unknown, b: unknown) => unknown>([
  ["==", (a, b) => equal(a, b)],
  ["!=", (a, b) => unary("!", equal(a, b))],
  ["<", (a, b) => (isInt(a) && isInt(b) ? a < b : CEL_ERROR)],
  ["<=", (a, b) => (isInt(a) && isInt(b) ? a <= b : CEL_ERROR)],
  [">", (a, b) => (isInt(a) && isInt(b) ? a > b : CEL_ERROR)],
  [">=", (a, b) => (isInt(a) && isInt(b) ? a >= b : CEL_ERROR)],
  ["+", (a, b) => (isInt(a) && isInt(b) ? int64(BigInt(a) + BigInt(b)) : CEL_ERROR)],
  ["-", (a, b) => (isInt(a) && isInt(b) ? int64(BigInt(a) - BigInt(b)) : CEL_ERROR)],
  ["*", (a, b) => (isInt(a) && isInt(b) ? int64(BigInt(a) * BigInt(b)) : CEL_ERROR)],
  ["in", (a, list) => (isList(list) ? within(a, list) : CEL_ERROR)],
  ["[]", (list, i) => (isList(list) && typeof i === "number" && i >= 0 && i < list.length ? list[i] : CEL_ERROR)],
  ["startsWith", (a, b) => (typeof a === "string" && typeof b === "string" ? a.startsWith(b) : CEL_ERROR)],
  ["endsWith", (a, b) => (typeof a === "string" && typeof b === "string" ? a.endsWith(b) : CEL_ERROR)],
  ["contains", (a, b) => (typeof a === "string" && typeof b === "string" ? a.includes(b) : CEL_ERROR)],
]);

function equal(a: unknown, b: unknown): unknown {
  if (isInt(a) && isInt(b)) return a === b;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, at) => equal(item, b[at]) === true);
  if (typeof a !== typeof b || (typeof a !== "string" && typeof a !== "boolean")) return CEL_ERROR;
  return a === b;
}

function within(item: unknown, list: readonly unknown[]): unknown {
  if (item === CEL_ERROR || isList(item)) return CEL_ERROR;
  return list.some((other) => equal(item, other) === true);
}

/** Lists hold ints, texts or bools of one type. */
function uniform(items: readonly unknown[]): unknown {
  const [first] = items;
  const holds = items.every((item) => (isInt(first) ? isInt(item) : typeof item === typeof first && (typeof item === "string" || typeof item === "boolean")));
  return holds ? items : CEL_ERROR;
}

function macro(node: CelNode & { readonly kind: "macro" }, scope: Scope): Program {
  if (scope.has(node.variable)) throw new SyntaxError(`a condition hides the name ${node.variable}`);
  const of = compile(node.of, scope);
  const slot = scope.size;
  const body = compile(node.body, new Map([...scope, [node.variable, slot]]));
  return (frame) => {
    const list = of(frame);
    if (!isList(list)) return CEL_ERROR;
    spend(frame.work, list.length);
    const each = function* (): Generator {
      for (const item of list) {
        frame.slots[slot] = item;
        yield body(frame);
      }
    };
    if (node.name === "all" || node.name === "exists") return quantify(node.name === "exists", each());
    const answers = [...each()];
    if (node.name === "map") return uniform(answers);
    if (!answers.every((answer) => typeof answer === "boolean")) return CEL_ERROR;
    const kept = list.filter((_item, at) => answers[at] === true);
    return node.name === "filter" ? kept : kept.length === 1;
  };
}

function quantify(winner: boolean, answers: Iterable<unknown>): unknown {
  let result: unknown = !winner;
  for (const answer of answers) {
    if (answer === winner) return winner;
    if (typeof answer !== "boolean") result = CEL_ERROR;
  }
  return result;
}

function isInt(value: unknown): value is number | bigint {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Ints are numbers while they are safe, so that equal ints are identical. */
function int64(value: bigint): unknown {
  if (BigInt.asIntN(64, value) !== value) return CEL_ERROR;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
