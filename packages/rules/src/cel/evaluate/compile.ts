import { worstCost } from "../cost.ts";
import type { CelOperator } from "../profile.ts";
import { childrenOf, pathOf, type CelNode } from "../syntax/ast.ts";
import { equal, equalTo, isIn } from "./equality.ts";
import type { Evaluate } from "./evaluate.ts";
import { parentSlotOf, rootOf, slotOf, unresolved } from "./facts.ts";
import { CelFault } from "./fault.ts";
import { arithmetic, negate, orders } from "./ints.ts";
import { itemAt, listOf } from "./lists.ts";
import { and, choose, not, or } from "./logic.ts";
import { macros } from "./macros.ts";
import { size, textTest } from "./texts.ts";
import type { Value } from "./value.ts";

/** Parts visited from which it pays to keep what a part over the request alone gave. */
const WORTH_KEEPING = 8;

/** What is known around a part of a condition. */
interface Around {
  /** Variables of the macros around it, the outermost first. */
  readonly variables: readonly string[];
  /** Whether parts over the request alone are evaluated once per request. */
  readonly keeps: boolean;
}

/**
 * A condition as closures, without a tree to walk when it is evaluated. What it computes is what @bufbuild/cel computes,
 * the texts of errors included, whatever the data.
 *
 * @param syntax - well typed, so that every selection is a path of the schema
 * @param keeps - for conditions that are evaluated many times per request
 */
export function compile(syntax: CelNode, keeps: boolean): Evaluate {
  return compileNode(syntax, { variables: [], keeps });
}

function compileNode(node: CelNode, around: Around): Evaluate {
  if (!around.keeps || !isKept(node)) return compilePart(node, around);
  return oncePerRequest(compilePart(node, { ...around, keeps: false }));
}

function compilePart(node: CelNode, around: Around): Evaluate {
  const below = (part: CelNode): Evaluate => compileNode(part, around);
  switch (node.kind) {
    case "literal":
      return constant(literalValue(node.value));
    case "variable":
      return variable(node.name, around);
    case "select":
      return field(pathOf(node) ?? "");
    case "has":
      return presence(`${pathOf(node.operand) ?? ""}.${node.field}`);
    case "list":
      return listLiteral(node.items, below);
    case "index":
      return itemAt(below(node.operand), below(node.index));
    case "macro": {
      const body = compileNode(node.body, { ...around, variables: [...around.variables, node.variable] });
      return macros[node.macro](below(node.range), body, around.variables.length);
    }
    case "call":
      return compileCall(node, below);
  }
}

function compileCall({ op, args, at }: Extract<CelNode, { kind: "call" }>, below: (part: CelNode) => Evaluate): Evaluate {
  const [first, second, third] = args;
  if (first === undefined) throw missing(op);
  const a = below(first);
  if (op === "!") return not(a);
  if (op === "negate") return negate(a);
  // A method stands behind its subject, a function before it.
  if (op === "size") return size(a, first.at < at);
  if (second === undefined) throw missing(op);
  const b = below(second);
  switch (op) {
    case "&&":
      return and(a, b);
    case "||":
      return or(a, b);
    case "?:":
      if (third === undefined) throw missing(op);
      return choose(a, b, below(third));
    case "==":
    case "!=":
      if (second.kind === "literal") return equalTo(a, literalValue(second.value), op === "==");
      return first.kind === "literal" ? equalTo(b, literalValue(first.value), op === "==") : equal(a, b, op === "==");
    case "in":
      return isIn(a, b);
    case "+":
    case "-":
    case "*":
      return arithmetic[op](a, b);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return orders[op](a, b);
    case "startsWith":
    case "endsWith":
    case "contains":
      return textTest(op, a, b);
  }
}

function missing(op: CelOperator): Error {
  return new Error(`${op} lacks an operand. Read the syntax of a condition before it is compiled.`);
}

function constant(value: Value): Evaluate {
  return () => value;
}

/** Ints of the profile are safe integers. */
export function literalValue(value: bigint | string | boolean): string | boolean | number {
  return typeof value === "bigint" ? Number(value) : value;
}

function listLiteral(items: readonly CelNode[], below: (part: CelNode) => Evaluate): Evaluate {
  const literals = items.flatMap((item) => (item.kind === "literal" ? [literalValue(item.value)] : []));
  return literals.length === items.length ? constant(literals) : listOf(items.map(below));
}

function variable(name: string, { variables }: Around): Evaluate {
  const nesting = variables.indexOf(name);
  if (nesting < 0) throw new Error(`${name} is no value. Check the types of a condition before it is compiled.`);
  return (frame) => frame.items[nesting] ?? unresolved;
}

function field(path: string): Evaluate {
  const slot = slotOf(path);
  switch (rootOf(path)) {
    case "request":
      return (frame) => frame.request[slot] ?? unresolved;
    case "service":
      return (frame) => frame.service[slot] ?? unresolved;
    case "model":
      return (frame) => frame.model[slot] ?? unresolved;
  }
}

/** Absent is no error, but that the object around is absent is one. */
function presence(path: string): Evaluate {
  const root = rootOf(path);
  const slot = slotOf(path);
  const parent = parentSlotOf(path);
  return (frame) => {
    const above = parent < 0 ? true : frame[root][parent];
    if (above instanceof CelFault && above !== unresolved) return above;
    return !(frame[root][slot] instanceof CelFault);
  };
}

/** True of the largest parts that say something of the request alone, are bools or ints, and cost more than asking whether they are known. */
function isKept(node: CelNode): boolean {
  const isScalar = node.kind === "macro" ? node.macro !== "filter" && node.macro !== "map" : node.kind === "call" && node.op !== "?:";
  return isScalar && worstCost(node) >= WORTH_KEEPING && [...freeVariables(node)].every((name) => name === "request");
}

function freeVariables(node: CelNode): ReadonlySet<string> {
  if (node.kind === "variable") return new Set([node.name]);
  if (node.kind !== "macro") return new Set(childrenOf(node).flatMap((child) => [...freeVariables(child)]));
  const inBody = [...freeVariables(node.body)].filter((name) => name !== node.variable);
  return new Set([...freeVariables(node.range), ...inBody]);
}

/** Keeps a bool, an int or an error until another request comes, and nothing that the request says. */
function oncePerRequest(evaluate: Evaluate): Evaluate {
  let turn = 0;
  let kept: Value = false;
  return (frame) => {
    if (frame.turn !== turn) {
      kept = evaluate(frame);
      turn = frame.turn;
    }
    return kept;
  };
}
