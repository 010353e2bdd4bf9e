import { nearMatch } from "@caio/contracts";

import type { CelNode } from "./syntax/ast.ts";
import type { CelIssue } from "./syntax/cel-issue.ts";
import { sameType, typeText, type CelType, type ScalarType, type StructType } from "./cel-type.ts";
import { celProfile } from "./profile.ts";

type Scope = ReadonlyMap<string, CelType>;
type Node<Kind extends CelNode["kind"]> = Extract<CelNode, { kind: Kind }>;

const INT: ScalarType = { kind: "scalar", name: "int" };
const BOOL: ScalarType = { kind: "scalar", name: "bool" };
const STRING: ScalarType = { kind: "scalar", name: "string" };

/**
 * All type errors of a condition: unknown fields, values that cannot be compared, a result that is no bool.
 *
 * @param roots - the variables that the condition may see
 */
export function checkTypes(node: CelNode, roots: Readonly<Record<string, StructType>>): readonly CelIssue[] {
  const checker = new TypeChecker();
  const type = checker.typeOf(node, new Map(Object.entries(roots)), 0);
  if (type !== undefined && !isScalar(type, "bool")) {
    checker.issues.push({ offset: node.at, message: `The condition is ${typeText(type)}. Compare it with something, so that it is true or false.` });
  }
  return checker.issues;
}

/** `undefined` stands for a type that is unknown because of an error already reported. */
class TypeChecker {
  readonly issues: CelIssue[] = [];

  typeOf(node: CelNode, scope: Scope, nesting: number): CelType | undefined {
    switch (node.kind) {
      case "literal":
        return literalType(node.value);
      case "variable":
        return this.variable(node, scope);
      case "select":
        return this.field(node, scope, nesting);
      case "has":
        this.field(node, scope, nesting);
        return BOOL;
      case "list":
        return this.list(node, scope, nesting);
      case "index":
        return this.index(node, scope, nesting);
      case "macro":
        return this.macro(node, scope, nesting);
      case "call":
        return this.call(node, node.args.map((arg) => this.typeOf(arg, scope, nesting)));
    }
  }

  private refuse(at: number, message: string, suggestion?: string): CelType | undefined {
    this.issues.push({ offset: at, message, ...(suggestion === undefined ? {} : { suggestion }) });
    return undefined;
  }

  private variable(node: Node<"variable">, scope: Scope): CelType | undefined {
    const type = scope.get(node.name);
    if (type !== undefined) return type;
    const known = [...scope.keys()];
    const hint = node.name === "service" || node.name === "model" ? " (when: sees the request alone; ask about the service in require, deny or prefer)" : "";
    return this.refuse(node.at, `There is no ${JSON.stringify(node.name.slice(0, 80))} here, only ${known.join(", ")}${hint}.`, nearMatch(node.name, known));
  }

  private field(node: Node<"select" | "has">, scope: Scope, nesting: number): CelType | undefined {
    const base = this.typeOf(node.operand, scope, nesting);
    if (base === undefined) return undefined;
    if (base.kind !== "struct") return this.refuse(node.at, `.${node.field.slice(0, 80)} is asked of ${typeText(base)}, which has no fields.`);
    const field = Object.hasOwn(base.fields, node.field) ? base.fields[node.field] : undefined;
    if (field !== undefined) return field.type;
    const known = Object.keys(base.fields);
    // A selection stands at its dot; what is wrong begins after it.
    return this.refuse(node.kind === "select" ? node.at + 1 : node.at, `There is no field ${JSON.stringify(node.field.slice(0, 80))} here, only ${known.join(", ")}.`, nearMatch(node.field, known));
  }

  private list(node: Node<"list">, scope: Scope, nesting: number): CelType | undefined {
    const types = node.items.map((item) => this.typeOf(item, scope, nesting));
    let element: ScalarType | undefined;
    for (const [index, type] of types.entries()) {
      if (type === undefined) return undefined;
      const at = node.items[index]?.at ?? node.at;
      if (type.kind !== "scalar") return this.refuse(at, `A list holds ints, strings or bools, not ${typeText(type)}.`);
      if (element !== undefined && element.name !== type.name) return this.refuse(at, `A list of ${element.name}s cannot hold ${typeText(type)}. Use one type.`);
      element = { kind: "scalar", name: type.name };
    }
    return element === undefined ? { kind: "list" } : { kind: "list", element };
  }

  private index(node: Node<"index">, scope: Scope, nesting: number): CelType | undefined {
    const base = this.typeOf(node.operand, scope, nesting);
    const index = this.typeOf(node.index, scope, nesting);
    if (base === undefined || index === undefined) return undefined;
    if (base.kind !== "list") return this.refuse(node.at, `[…] is asked of ${typeText(base)}; only lists have places. Select a field with a dot.`);
    if (!isScalar(index, "int")) return this.refuse(node.at, `A place in a list is an int, not ${typeText(index)}.`);
    return base.element;
  }

  private macro(node: Node<"macro">, scope: Scope, nesting: number): CelType | undefined {
    if (nesting + 1 > celProfile.maxMacroNesting) {
      return this.refuse(node.at, `Macros are nested deeper than ${String(celProfile.maxMacroNesting)}. Split the condition into several rules.`);
    }
    if (scope.has(node.variable)) this.refuse(node.at, `The name ${JSON.stringify(node.variable)} is taken. Call the variable of ${node.macro} something else.`);
    const range = this.typeOf(node.range, scope, nesting);
    if (range === undefined) return undefined;
    if (range.kind !== "list") return this.refuse(node.at, `.${node.macro} is asked of ${typeText(range)}; it goes over lists.`);
    if (range.element === undefined) return this.refuse(node.at, `.${node.macro} goes over a list that is always empty. Name its items.`);
    const body = this.typeOf(node.body, new Map([...scope, [node.variable, range.element]]), nesting + 1);
    if (body === undefined) return undefined;
    if (node.macro === "map") {
      if (body.kind !== "scalar") return this.refuse(node.body.at, `map makes a list of ints, strings or bools, not of ${typeText(body)}.`);
      return { kind: "list", element: { kind: "scalar", name: body.name } };
    }
    if (!isScalar(body, "bool")) return this.refuse(node.body.at, `The body of ${node.macro} is ${typeText(body)}. Make it true or false.`);
    return node.macro === "filter" ? range : BOOL;
  }

  private call(node: Node<"call">, types: readonly (CelType | undefined)[]): CelType | undefined {
    const [first, second, third] = types;
    switch (node.op) {
      case "!":
      case "&&":
      case "||":
        return this.operands(node, types, BOOL, BOOL);
      case "+":
      case "-":
      case "*":
      case "negate":
        return this.operands(node, types, INT, INT);
      case "<":
      case "<=":
      case ">":
      case ">=":
        return this.operands(node, types, INT, BOOL);
      case "startsWith":
      case "endsWith":
      case "contains":
        return this.operands(node, types, STRING, BOOL);
      case "size":
        if (first === undefined || first.kind === "list" || isScalar(first, "string")) return INT;
        return this.refuse(node.at, `size is asked of ${typeText(first)}; lists and strings have one.`);
      case "==":
      case "!=":
        return this.equality(node, first, second);
      case "in":
        return this.membership(node, first, second);
      case "?:":
        return this.conditional(node, first, second, third);
    }
  }

  private operands(node: Node<"call">, types: readonly (CelType | undefined)[], wanted: ScalarType, result: ScalarType): CelType {
    for (const [index, type] of types.entries()) {
      if (type === undefined || isScalar(type, wanted.name)) continue;
      const order = wanted.name === "int" && type.kind === "scalar" && result.name === "bool" ? " Only ints are ordered." : "";
      this.refuse(node.args[index]?.at ?? node.at, `${node.op} takes ${wanted.name}s, this is ${typeText(type)}.${order}`);
    }
    return result;
  }

  private equality(node: Node<"call">, left: CelType | undefined, right: CelType | undefined): CelType {
    if (left === undefined || right === undefined) return BOOL;
    if (left.kind === "struct" || right.kind === "struct") {
      this.refuse(node.at, "Objects cannot be compared. Compare their fields one by one.");
      return BOOL;
    }
    if (!sameType(left, right)) {
      this.refuse(node.at, `${typeText(left)} and ${typeText(right)} can never be equal. Compare values of one type.`);
      return BOOL;
    }
    this.possible(node.args[1], left);
    this.possible(node.args[0], right);
    return BOOL;
  }

  private membership(node: Node<"call">, item: CelType | undefined, list: CelType | undefined): CelType {
    if (item === undefined || list === undefined) return BOOL;
    if (item.kind !== "scalar" || list.kind !== "list") {
      this.refuse(node.at, `in looks for a value in a list, this is ${typeText(item)} in ${typeText(list)}.${list.kind === "struct" ? " Use has()." : ""}`);
    } else if (list.element !== undefined && list.element.name !== item.name) {
      this.refuse(node.at, `${typeText(item)} is never in ${typeText(list)}.`);
    }
    const listed = node.args[1];
    if (listed?.kind === "list") for (const entry of listed.items) this.possible(entry, item);
    return BOOL;
  }

  private conditional(node: Node<"call">, test: CelType | undefined, yes: CelType | undefined, no: CelType | undefined): CelType | undefined {
    if (test !== undefined && !isScalar(test, "bool")) this.refuse(node.at, `What stands before ? is ${typeText(test)}. Make it true or false.`);
    if (yes === undefined || no === undefined) return undefined;
    if (!sameType(yes, no)) return this.refuse(node.at, `The two sides of : are ${typeText(yes)} and ${typeText(no)}. Give them one type.`);
    if (yes.kind === "scalar") return { kind: "scalar", name: yes.name };
    return yes.kind === "list" && yes.element === undefined ? no : yes;
  }

  /** A misspelt word would make a comparison false for ever, and a `deny` with it. */
  private possible(node: CelNode | undefined, against: CelType): void {
    if (node?.kind !== "literal" || typeof node.value !== "string" || against.kind !== "scalar" || against.values === undefined) return;
    if (against.values.includes(node.value)) return;
    this.refuse(node.at, `${JSON.stringify(node.value.slice(0, 80))} is no possible value here, only ${against.values.join(", ")}.`, nearMatch(node.value, against.values));
  }
}

function literalType(value: bigint | string | boolean): ScalarType {
  if (typeof value === "bigint") return INT;
  return typeof value === "string" ? STRING : BOOL;
}

function isScalar(type: CelType, name: ScalarType["name"]): boolean {
  return type.kind === "scalar" && type.name === name;
}
