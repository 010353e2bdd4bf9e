import { toWire, type Guarantee } from "@caio/contracts";
import { canonicalJson } from "@caio/core";

/** By canonical JSON, as a contract's parser puts them. */
export function inOrder(guarantees: readonly Guarantee[]): readonly Guarantee[] {
  const texts = new Map(guarantees.map((guarantee) => [guarantee, canonicalJson(toWire(guarantee))]));
  const textOf = (guarantee: Guarantee): string => texts.get(guarantee) ?? "";
  return [...guarantees].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}
