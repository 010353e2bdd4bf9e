import type { DocumentValue } from "@caio/contracts";

/** The documents that `validate` knows. */
export const documentKinds = ["contract", "request", "policy", "principal", "history", "plan", "configuration"] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** The keys at the root that give a kind away, the surest first. */
const TELLTALES: readonly (readonly [DocumentKind, readonly string[]])[] = [
  ["request", ["caio_request"]],
  ["policy", ["caio_policy"]],
  ["history", ["caio_history"]],
  ["plan", ["caio_plan"]],
  ["configuration", ["caio_gateway"]],
  ["contract", ["service_id", "service"]],
  ["principal", ["subject", "evidence"]],
  ["request", ["requirements", "capability"]],
  ["contract", ["capabilities"]],
];

/** All those keys, for a message that says what was expected. */
export const telltaleKeys: readonly string[] = ["service_id", "caio_request", "caio_policy", "subject", "caio_history", "caio_plan", "caio_gateway"];

/** What a document is, by the keys at its root; undefined if they say nothing. */
export function documentKind(value: DocumentValue): DocumentKind | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return TELLTALES.find(([, keys]) => keys.some((key) => Object.hasOwn(value, key)))?.[0];
}
