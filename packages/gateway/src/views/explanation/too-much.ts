import type { Request } from "@caio/contracts";
import type { JsonValue } from "@caio/core";
import type { DecisionInputs } from "@caio/orchestrator";
import type { DecisionPredicate } from "@caio/traceability";

/**
 * Single changes of one decision that are decided again for an explanation, and those times the pairs that each of them judges. Whoever may
 * ask writes the request, so without a bound one question would keep everyone waiting for as long as its lists are long.
 */
const MOST_CHANGES = 256;
const MOST_JUDGED = 20_000;
/** Weights, limits and constraints of a request, and limits of a policy, of which there are so many at most. */
const OTHERS = 24;
const LIMITS = 4;

/** Whether more would have to be decided again than is decided for one question. */
export function isTooMuch(pairs: number, changes: number): boolean {
  return changes > MOST_CHANGES || changes * pairs > MOST_JUDGED;
}

/** How many single changes a request and its policies have, at most. */
export function changesIn({ document: { requirements, policies } }: Request, { policy: { snapshot } }: Pick<DecisionInputs, "policy">): number {
  const named = [...new Set(policies)].flatMap((id) => (Object.hasOwn(snapshot.named, id) ? (snapshot.named[id] ?? []) : []));
  const { capabilities, guarantees, privacy } = requirements;
  return OTHERS + capabilities.length + guarantees.length + privacy.compliance.length + [snapshot.base, ...named].reduce((sum, { rules }) => sum + rules.length + LIMITS, 0);
}

/** The same from a receipt. */
export function changesInReceipt({ disclosed, policies }: DecisionPredicate): number {
  const required = Object.entries(disclosed).filter(([path]) => path.startsWith("requirements.")).reduce((sum, [, { value }]) => sum + itemsIn(value), 0);
  return OTHERS + required + policies.reduce((sum, { rules }) => sum + (Array.isArray(rules) ? rules.length : 0) + LIMITS, 0);
}

function itemsIn(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner = Object.values(value).reduce((sum: number, each) => sum + itemsIn(each), 0);
  return Array.isArray(value) ? value.length + inner : inner;
}
