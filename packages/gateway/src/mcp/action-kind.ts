import type { ListedTool } from "@caio/adapters";
import type { ActionKind } from "@caio/contracts";

const words: Readonly<Record<string, ActionKind>> = {
  read: "read", list: "read", get: "read", search: "read", find: "read", query: "read",
  write: "write", create: "write", add: "write", append: "write", update: "write", send: "write",
  delete: "destructive", remove: "destructive", destroy: "destructive", drop: "destructive", purge: "destructive",
};
const order: readonly ActionKind[] = ["read", "write", "destructive"];

/** What the last word of a capability says of its effects: `memory.delete` is destructive. Undefined if it says nothing. */
export function actionOfCapability(capability: string): ActionKind | undefined {
  const word = capability.split(".").at(-1) ?? "";
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

/** What a server's hints say, with the defaults of the protocol: a tool that says nothing may destroy. */
export function actionOfHints({ readOnly, destructive }: ListedTool["hints"]): ActionKind {
  if (readOnly === true) return "read";
  return destructive === false ? "write" : "destructive";
}

/** The graver of two. */
export function graver(a: ActionKind, b: ActionKind): ActionKind {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}
