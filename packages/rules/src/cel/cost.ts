import type { CelNode } from "./syntax/ast.ts";
import { celProfile } from "./profile.ts";

/**
 * How many nodes an evaluation visits at most, with every list of the data at its greatest length. `in` and comparisons
 * of lists count as many as the list has items.
 */
export function worstCost(node: CelNode): number {
  switch (node.kind) {
    case "literal":
    case "variable":
      return 1;
    case "select":
    case "has":
      return 1 + worstCost(node.operand);
    case "index":
      return 1 + worstCost(node.operand) + worstCost(node.index);
    case "list":
      return 1 + sum(node.items);
    case "macro":
      // Two more per item: the parser's fold tests and combines.
      return 1 + worstCost(node.range) + longest(node.range) * (2 + worstCost(node.body));
    case "call":
      return 1 + sum(node.args) + (node.op === "in" || node.op === "==" || node.op === "!=" ? comparisons(node.args) : 0);
  }
}

function sum(nodes: readonly CelNode[]): number {
  return nodes.reduce((total, node) => total + worstCost(node), 0);
}

function comparisons(args: readonly CelNode[]): number {
  return Math.max(0, ...args.map(longest));
}

/** The most items that a list can have; 0 for what is plainly no list. */
function longest(node: CelNode): number {
  switch (node.kind) {
    case "list":
      return node.items.length;
    case "select":
      return celProfile.maxListItems;
    case "macro":
      return node.macro === "filter" || node.macro === "map" ? longest(node.range) : 0;
    case "call":
      return node.op === "?:" ? comparisons(node.args.slice(1)) : 0;
    default:
      return 0;
  }
}
