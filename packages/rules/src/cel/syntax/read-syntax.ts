import { parse } from "@bufbuild/cel";

import { childrenOf, type CelNode } from "./ast.ts";
import { CelRefusal } from "./cel-issue.ts";
import { celMacros, celMethods, celOperators, celProfile, type CelMacro, type CelOperator } from "../profile.ts";

export type ParsedCondition = ReturnType<typeof parse>;
type Expr = NonNullable<ParsedCondition["expr"]>;
type Kind<Case extends Expr["exprKind"]["case"]> = Extract<Expr["exprKind"], { case: Case }>;
type CallExpr = NonNullable<Kind<"callExpr">["value"]>;
type ComprehensionExpr = NonNullable<Kind<"comprehensionExpr">["value"]>;

/** The parser takes `truein [true]` and `x inlist` for `in`. Where an operator stands includes the space before it. */
const IN = /(?:\s|(?<!\w))\s*in\b/y;

interface Reading {
  readonly parsed: ParsedCondition;
  readonly source: string;
  nodes: number;
}

/** The parser's tree of a scanned text. @throws CelRefusal where the text is no CEL */
export function parseSource(source: string): ParsedCondition {
  try {
    return parse(source);
  } catch (error) {
    throw new CelRefusal(offsetOf(error), `This is no CEL expression: ${describe(error)}.`);
  }
}

/** The parser's tree as one of the profile. @throws CelRefusal at the first construct outside of it */
export function readSyntax(parsed: ParsedCondition, source: string): CelNode {
  const syntax = read(parsed.expr, { parsed, source, nodes: 0 }, 1);
  const { parts, levels } = writtenSize(syntax);
  if (parts > celProfile.maxNodes) throw tooMany(syntax.at);
  if (levels > celProfile.maxDepth) throw tooDeep(syntax.at);
  return syntax;
}

/**
 * The size of a condition as it is written, which another parser of the profile may take for the size of its tree: `-1` is a
 * minus and a number, `has(x.y)` has a selection within, and `a && b && c` has one level more than `a && b`, where this
 * parser balances. However the operands of such a chain are bracketed, they have no more levels than this.
 */
function writtenSize(node: CelNode): { readonly parts: number; readonly levels: number } {
  const isChain = node.kind === "call" && (node.op === "&&" || node.op === "||");
  const below = (isChain ? operandsOf(node, node.op) : childrenOf(node)).map(writtenSize);
  const isNegative = node.kind === "literal" && typeof node.value === "bigint" && node.value < 0n;
  const own = isChain ? below.length - 1 : isNegative ? 2 : 1;
  return {
    parts: below.reduce((sum, { parts }) => sum + parts, own + (node.kind === "has" ? 1 : 0)),
    levels: own + Math.max(0, ...below.map(({ levels }) => levels)),
  };
}

function operandsOf(node: CelNode, op: CelOperator): readonly CelNode[] {
  return node.kind === "call" && node.op === op ? node.args.flatMap((arg) => operandsOf(arg, op)) : [node];
}

function tooMany(at: number): CelRefusal {
  return new CelRefusal(at, `The condition has more than ${String(celProfile.maxNodes)} parts. Split it into several rules.`);
}

function tooDeep(at: number): CelRefusal {
  return new CelRefusal(at, `The condition is nested deeper than ${String(celProfile.maxDepth)} levels. Split it into several rules.`);
}

function read(expr: Expr | undefined, reading: Reading, depth: number): CelNode {
  if (expr === undefined) throw new CelRefusal(0, "A part of the expression is missing. Write it out.");
  const at = reading.parsed.sourceInfo?.positions[expr.id.toString()] ?? 0;
  reading.nodes += 1;
  if (reading.nodes > celProfile.maxNodes) throw tooMany(at);
  if (depth > celProfile.maxDepth) throw tooDeep(at);
  const kind = expr.exprKind;
  switch (kind.case) {
    case "constExpr":
      return readLiteral(kind.value, at);
    case "identExpr":
      return { kind: "variable", name: kind.value.name, at };
    case "selectExpr": {
      const operand = read(kind.value.operand, reading, depth + 1);
      return { kind: kind.value.testOnly ? "has" : "select", operand, field: kind.value.field, at };
    }
    case "listExpr":
      return { kind: "list", items: kind.value.elements.map((item) => read(item, reading, depth + 1)), at };
    case "callExpr":
      return readCall(kind.value, reading, depth, at);
    case "comprehensionExpr":
      return readMacro(expr.id, kind.value, reading, depth, at);
    default:
      throw new CelRefusal(at, "Maps and messages are not in the profile. Compare fields one by one.");
  }
}

function readLiteral(literal: NonNullable<Kind<"constExpr">["value"]>, at: number): CelNode {
  const constant = literal.constantKind;
  switch (constant.case) {
    case "stringValue":
    case "boolValue":
      return { kind: "literal", value: constant.value, at };
    case "int64Value":
      if (constant.value < -BigInt(Number.MAX_SAFE_INTEGER) || constant.value > BigInt(Number.MAX_SAFE_INTEGER)) {
        throw new CelRefusal(at, "Numbers of more than 2^53 − 1 are not in the profile. Use a smaller one.");
      }
      return { kind: "literal", value: constant.value, at };
    default:
      throw new CelRefusal(at, "Only whole numbers, texts, true and false are in the profile. For what may be absent use has().");
  }
}

function readCall(call: CallExpr, reading: Reading, depth: number, at: number): CelNode {
  const name = call.function;
  const parts = call.target === undefined ? call.args : [call.target, ...call.args];
  const args = (): readonly CelNode[] => parts.map((part) => read(part, reading, depth + 1));
  if (name === "_[_]") {
    const [operand, index] = args();
    if (operand !== undefined && index !== undefined) return { kind: "index", operand, index, at };
  }
  const op = operatorNamed(name, call.target !== undefined);
  const arity = op === undefined ? 0 : arityOf(op);
  if (op === undefined) throw new CelRefusal(at, unknownFunction(name));
  if (parts.length !== arity) {
    throw new CelRefusal(at, `${name} was given ${String(parts.length)} values, it takes ${String(arity)}.`);
  }
  if (op === "in") {
    IN.lastIndex = at;
    if (!IN.test(reading.source)) throw new CelRefusal(at, "in stands apart from the names beside it. Put a space on each side.");
  }
  return { kind: "call", op, args: args(), at };
}

function operatorNamed(name: string, hasTarget: boolean): CelOperator | undefined {
  if (isKeyOf(celOperators, name)) return celOperators[name];
  const method = celMethods.find((candidate) => candidate === name);
  return method === "size" || hasTarget ? method : undefined;
}

function arityOf(op: CelOperator): number {
  if (op === "?:") return 3;
  return op === "!" || op === "negate" || op === "size" ? 1 : 2;
}

function readMacro(id: bigint, fold: ComprehensionExpr, reading: Reading, depth: number, at: number): CelNode {
  const written = reading.parsed.sourceInfo?.macroCalls[id.toString()]?.exprKind;
  const name = written?.case === "callExpr" ? written.value.function : "";
  const count = written?.case === "callExpr" ? written.value.args.length : 0;
  const macro = celMacros.find((candidate) => candidate === name);
  if (macro === undefined || count !== 2) throw new CelRefusal(at, unknownFunction(name));
  const range = read(fold.iterRange, reading, depth + 1);
  const body = read(bodyOf(macro, fold.loopStep), reading, depth + 1);
  return { kind: "macro", macro, range, variable: fold.iterVar, body, at };
}

/** The parser expands macros into folds; what the author wrote as the body sits at a known place of the step. */
function bodyOf(macro: CelMacro, step: Expr | undefined): Expr | undefined {
  if (step?.exprKind.case !== "callExpr") return undefined;
  const args = step.exprKind.value.args;
  if (macro === "all" || macro === "exists") return args[1];
  if (macro === "filter" || macro === "exists_one") return args[0];
  const added = args[1]?.exprKind;
  return added?.case === "listExpr" ? added.value.elements[0] : undefined;
}

function unknownFunction(name: string): string {
  if (name === "matches") return "matches is not in the profile: a regular expression has no bound that is easy to see. Use startsWith, endsWith or contains.";
  if (name === "_/_" || name === "_%_") return "Division is not in the profile. Multiply the other side instead.";
  const known = ["has(x.y)", "size(x)", "s.startsWith(t)", "s.endsWith(t)", "s.contains(t)", ...celMacros.map((macro) => `list.${macro}(v, …)`)];
  return `${JSON.stringify(name)} is not in the profile in this form. It has ${known.join(", ")}.`;
}

function isKeyOf<Table extends object>(table: Table, key: PropertyKey): key is keyof Table {
  return Object.hasOwn(table, key);
}

function offsetOf(error: unknown): number {
  if (typeof error !== "object" || error === null || !("location" in error)) return 0;
  const { location } = error;
  if (typeof location !== "object" || location === null || !("start" in location)) return 0;
  const { start } = location;
  if (typeof start !== "object" || start === null || !("offset" in start)) return 0;
  return typeof start.offset === "number" ? start.offset : 0;
}

function describe(error: unknown): string {
  const text = error instanceof RangeError ? "it is nested too deeply" : error instanceof Error ? error.message : "unreadable";
  return text.replace(/^<input>:\d+:\d+: /, "").slice(0, 200);
}
