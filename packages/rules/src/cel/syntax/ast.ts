import type { CelMacro, CelOperator } from "../profile.ts";

/** The syntax tree of a condition in the profile. `at`: UTF-16 offset in the source. */
export type CelNode =
  | { readonly kind: "literal"; readonly value: bigint | string | boolean; readonly at: number }
  | { readonly kind: "list"; readonly items: readonly CelNode[]; readonly at: number }
  | { readonly kind: "variable"; readonly name: string; readonly at: number }
  | { readonly kind: "select"; readonly operand: CelNode; readonly field: string; readonly at: number }
  | { readonly kind: "has"; readonly operand: CelNode; readonly field: string; readonly at: number }
  | { readonly kind: "index"; readonly operand: CelNode; readonly index: CelNode; readonly at: number }
  | { readonly kind: "call"; readonly op: CelOperator; readonly args: readonly CelNode[]; readonly at: number }
  | {
      readonly kind: "macro";
      readonly macro: CelMacro;
      readonly range: CelNode;
      readonly variable: string;
      readonly body: CelNode;
      readonly at: number;
    };

/** The nodes directly below, left to right. */
export function childrenOf(node: CelNode): readonly CelNode[] {
  switch (node.kind) {
    case "literal":
    case "variable":
      return [];
    case "list":
      return node.items;
    case "select":
    case "has":
      return [node.operand];
    case "index":
      return [node.operand, node.index];
    case "call":
      return node.args;
    case "macro":
      return [node.range, node.body];
  }
}

/** `service.privacy.regions` for a chain of selections that starts at a variable, else undefined. */
export function pathOf(node: CelNode): string | undefined {
  if (node.kind === "variable") return node.name;
  if (node.kind !== "select") return undefined;
  const base = pathOf(node.operand);
  return base === undefined ? undefined : `${base}.${node.field}`;
}

/** A text that is equal for two trees exactly if they are equal but for white space and spelling of literals. */
export function structureOf(node: CelNode): string {
  return JSON.stringify(node, (key, value: unknown) => {
    if (key === "at") return undefined;
    return typeof value === "bigint" ? { int: value.toString() } : value;
  });
}
