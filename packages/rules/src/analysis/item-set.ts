import type { CelNode } from "../cel/syntax/ast.ts";
import type { CelType } from "../cel/cel-type.ts";
import { anyInt, anyWord, complement, intersect, ints, unite, words, type ValueSet } from "./value-set.ts";

type Call = Extract<CelNode, { kind: "call" }>;

/**
 * The values of one variable for which a condition over that variable alone is true; for all others it is false.
 * Undefined where the condition says anything else.
 */
export function itemSet(node: CelNode, variable: string): ValueSet | undefined {
  if (node.kind === "variable" && node.name === variable) return words(["true"]);
  if (node.kind !== "call") return undefined;
  const [first, second] = node.args;
  if (first === undefined) return undefined;
  if (node.op === "!") return mapSet(itemSet(first, variable), complement);
  if (second === undefined) return undefined;
  if (node.op === "&&" || node.op === "||") {
    const left = itemSet(first, variable);
    const right = itemSet(second, variable);
    if (left === undefined || right === undefined) return undefined;
    return node.op === "&&" ? intersect(left, right) : unite(left, right);
  }
  if (node.op === "in") return isVariable(first, variable) && second.kind === "list" ? literalSet(second.items, undefined) : undefined;
  if (isVariable(first, variable)) return compared(node.op, second);
  return isVariable(second, variable) ? compared(mirrored(node.op), first) : undefined;
}

/** The values of literals, as a set. Undefined if one is no literal, or if there is none and the type is not known. */
export function literalSet(nodes: readonly CelNode[], type: CelType | undefined): ValueSet | undefined {
  let set: ValueSet | undefined;
  for (const node of nodes) {
    if (node.kind !== "literal") return undefined;
    const one = typeof node.value === "bigint" ? ints([Number(node.value), Number(node.value)]) : words([String(node.value)]);
    set = set === undefined ? one : unite(set, one);
  }
  if (set !== undefined || type?.kind !== "scalar") return set;
  return complement(type.name === "int" ? anyInt : anyWord);
}

function compared(op: Call["op"], other: CelNode): ValueSet | undefined {
  const equal = literalSet([other], undefined);
  if (equal === undefined) return undefined;
  if (op === "==") return equal;
  if (op === "!=") return complement(equal);
  if (other.kind !== "literal" || typeof other.value !== "bigint") return undefined;
  const value = Number(other.value);
  if (op === "<") return ints([-Infinity, value - 1]);
  if (op === "<=") return ints([-Infinity, value]);
  if (op === ">") return ints([value + 1, Infinity]);
  return op === ">=" ? ints([value, Infinity]) : undefined;
}

function mirrored(op: Call["op"]): Call["op"] {
  const mirror: Partial<Record<Call["op"], Call["op"]>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };
  return mirror[op] ?? (op === "==" || op === "!=" ? op : "in");
}

function isVariable(node: CelNode, name: string): boolean {
  return node.kind === "variable" && node.name === name;
}

function mapSet(set: ValueSet | undefined, change: (set: ValueSet) => ValueSet): ValueSet | undefined {
  return set === undefined ? undefined : change(set);
}
