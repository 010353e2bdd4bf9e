import { literalValue } from "../cel/evaluate/compile.ts";
import { pathOf, type CelNode } from "../cel/syntax/ast.ts";

export type Word = string | number | boolean;

/** A field of the request, and the words that it must be, or hold, for a condition to be true. */
export interface Demand {
  readonly path: string;
  /** Whether the field is a list, which may hold one of the words. */
  readonly isList: boolean;
  readonly words: readonly Word[];
  /** The condition asks for the field with `has()` as well: it is false too where the field alone is absent. */
  readonly asked: boolean;
}

/**
 * What makes a condition false, without an error: that none of the demands is met, each field being of its kind. A field that
 * is absent or of another kind says nothing, since to read it may be an error.
 */
export type Guard = readonly Demand[];

/** Lists of the data by the variable of the `exists` that runs over them. */
type Items = ReadonlyMap<string, string>;

/** Guards of one disjunct that are combined with those of another. */
const MAX_COMBINED = 4;

/**
 * The guards of a condition, each of which is enough by itself. They follow equality with literals, membership, `exists`,
 * `&&` (false as soon as one side is, whatever the other) and `||` (false where both are).
 */
export function guardsOf(node: CelNode, items: Items = new Map<string, string>()): readonly Guard[] {
  if (node.kind === "macro") return node.macro === "exists" ? ofExists(node, items) : [];
  if (node.kind !== "call") return [];
  const [left, right] = node.args;
  if (left === undefined || right === undefined) return [];
  switch (node.op) {
    case "==":
      return [...ofEquality(left, right, items), ...ofEquality(right, left, items)];
    case "in":
      return ofMembership(left, right, items);
    case "&&":
      return ofConjunction(node, items);
    case "||": {
      const [some, others] = [guardsOf(left, items).slice(0, MAX_COMBINED), guardsOf(right, items).slice(0, MAX_COMBINED)];
      return some.flatMap((guard) => others.map((other) => [...guard, ...other]));
    }
    default:
      return [];
  }
}

function ofEquality(subject: CelNode, other: CelNode, items: Items): readonly Guard[] {
  return other.kind === "literal" ? demand(subject, [literalValue(other.value)], items) : [];
}

function ofMembership(item: CelNode, list: CelNode, items: Items): readonly Guard[] {
  const path = list.kind === "select" ? pathOf(list) : undefined;
  if (item.kind === "literal" && path !== undefined) return [[{ path, isList: true, words: [literalValue(item.value)], asked: false }]];
  if (list.kind !== "list") return [];
  const words = list.items.flatMap((entry) => (entry.kind === "literal" ? [literalValue(entry.value)] : []));
  return words.length === list.items.length ? demand(item, words, items) : [];
}

/** @param subject - a field that is no list, or an item of one */
function demand(subject: CelNode, words: readonly Word[], items: Items): readonly Guard[] {
  const listPath = subject.kind === "variable" ? items.get(subject.name) : undefined;
  if (listPath !== undefined) return [[{ path: listPath, isList: true, words, asked: false }]];
  const path = subject.kind === "select" ? pathOf(subject) : undefined;
  return path === undefined ? [] : [[{ path, isList: false, words, asked: false }]];
}

/** The body is false for every item; and the list must be one, also where the body says nothing of it. */
function ofExists({ range, variable, body }: Extract<CelNode, { kind: "macro" }>, items: Items): readonly Guard[] {
  const path = range.kind === "select" ? pathOf(range) : undefined;
  if (path === undefined) return [];
  const guards = guardsOf(body, new Map([...items, [variable, path]]));
  return guards.map((guard) => [...guard, { path, isList: true, words: [], asked: false }]);
}

function ofConjunction(node: CelNode, items: Items): readonly Guard[] {
  const parts = conjuncts(node);
  const asked = new Set(parts.flatMap((part) => (part.kind === "has" ? [`${pathOf(part.operand) ?? ""}.${part.field}`] : [])));
  return parts.flatMap((part) => guardsOf(part, items)).map((guard) => guard.map((one) => (asked.has(one.path) ? { ...one, asked: true } : one)));
}

function conjuncts(node: CelNode): readonly CelNode[] {
  return node.kind === "call" && node.op === "&&" ? node.args.flatMap(conjuncts) : [node];
}
